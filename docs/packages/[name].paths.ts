import { packages, source } from '../site/repository.ts';

interface Page {
  readonly params: { readonly name: string };
  readonly content: string;
}

/** A page per package: its README. */
export default {
  watch: ['../../packages/*/README.md'],
  paths(): Page[] {
    return packages.map((name) => ({ params: { name }, content: source(`packages/${name}/README.md`) }));
  },
};
