/** Links of pages and of what they include: relative ones name files of the repository and become pages of the site. */
import { statSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import type { MarkdownEnv, MarkdownRenderer } from 'vitepress';
import { inRepository, root } from './repository.ts';

/** Where files of the repository are on the site, besides docs/ itself. */
const pages: readonly [pattern: RegExp, page: string][] = [
  [/^docs\/generated\/rules\.md$/, '/rules/'],
  [/^SECURITY\.md$/, '/security'],
  [/^CONTRIBUTING\.md$/, '/contributing'],
  [/^packages\/([a-z-]+)(?:\/README\.md)?$/, '/packages/$1'],
  [/^examples\/([a-z-]+)\.ts$/, '/examples/$1'],
  [/^examples$/, '/examples/'],
  [/^docs\/(.*?)(?:index)?\.md$/, '/$1'],
];

/** Relative links go to pages of the site; a file that has none is named without a link. @throws for a file that does not exist. */
export function repositoryLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository-links', (state) => {
    for (const block of state.tokens) {
      if (!block.children) continue;
      let unlinked = false;
      block.children = block.children.filter((token) => {
        if (token.type === 'link_close') return !unlinked;
        const href = token.type === 'link_open' ? token.attrGet('href') : null;
        if (!href) return true;
        const path = /^(?:[a-z]+:|\/|#)/i.test(href) ? href : sitePath(href, state.env as MarkdownEnv);
        if (path !== undefined) token.attrSet('href', path);
        unlinked = path === undefined;
        return !unlinked;
      });
    }
  });
}

function sitePath(href: string, env: MarkdownEnv): string | undefined {
  const [path = '', hash] = decodeURI(href).split('#');
  const page = relative(root, env.path);
  // TypeDoc's pages link among themselves, and VitePress checks that.
  if (page.startsWith('docs/api/')) return href;
  // What a page takes in from elsewhere has links that start there.
  const from = [page, ...takenIn(page)];
  const candidates = from.map((file) => posix.join(posix.dirname(file), path).replace(/\/$/, ''));
  const target = candidates.find((file) => isFile(file));
  if (target === undefined) throw new Error(`${page}: the link '${href}' leads to no file of the repository`);
  const rule = pages.find(([pattern]) => pattern.test(target));
  return rule && target.replace(rule[0], rule[1]) + (hash ? `#${hash}` : '');
}

function takenIn(page: string): string[] {
  if (page === 'docs/security.md') return ['SECURITY.md'];
  if (page === 'docs/contributing.md') return ['CONTRIBUTING.md'];
  const name = /^docs\/packages\/([a-z-]+)\.md$/.exec(page)?.[1];
  return name ? [`packages/${name}/README.md`] : [];
}

function isFile(path: string): boolean {
  return inRepository(path) && (statSync(join(root, path)).isFile() || /^(?:examples|packages\/[a-z-]+)$/.test(path));
}
