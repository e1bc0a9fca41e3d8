import { ruleTables, source } from './repository.ts';

interface Subject {
  readonly name: string;
  readonly slug: string;
  readonly covered: string;
  readonly missing: string;
}

/** What the page of the rules shows. */
export const data: { readonly summary: string; readonly subjects: readonly Subject[] } = { summary: '', subjects: [] };

export default {
  watch: ['../generated/rules.md'],
  load(): typeof data {
    const [head = ''] = source('docs/generated/rules.md').split(/^## /m);
    const rows = Array.from(head.matchAll(/^\| (.+?) \| (\d+ of \d+) \| (.*?) ?\|$/gm));
    const subjects = ruleTables().map(({ name, slug }) => {
      const [, , covered = '', missing = ''] = rows.find(([, subject]) => subject === name) ?? [];
      return { name, slug, covered, missing };
    });
    return { summary: /^\*\*(.*)\*\*$/m.exec(head)?.[1] ?? '', subjects };
  },
};
