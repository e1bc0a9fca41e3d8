import { ruleTables } from '../site/repository.ts';

interface Page {
  readonly params: { readonly subject: string };
  readonly content: string;
}

/** A page per subject: each rule and the tests that hold it. */
export default {
  watch: ['../generated/rules.md'],
  paths(): Page[] {
    return ruleTables().map(({ name, slug, table }) => ({
      params: { subject: slug },
      content: `# ${name}\n\n${table}\n`,
    }));
  },
};
