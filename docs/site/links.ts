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

/** Relative links go to pages of the site. @throws for a link to a file that does not exist, or that has no page. */
export function repositoryLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.push('repository-links', (state) => {
    for (const token of state.tokens.flatMap(({ children }) => children ?? [])) {
      const href = token.type === 'link_open' ? token.attrGet('href') : null;
      if (href && !/^(?:[a-z]+:|\/|#)/i.test(href)) token.attrSet('href', sitePath(href, state.env as MarkdownEnv));
    }
  });
}

function sitePath(href: string, env: MarkdownEnv): string {
  const [path = '', hash] = decodeURI(href).split('#');
  const page = relative(root, env.path);
  // TypeDoc's pages link among themselves, and VitePress checks that.
  if (page.startsWith('docs/api/')) return href;
  // What a page takes in from elsewhere has links that start there: a dynamic page takes it in whole.
  const from = [page, ...(env.includes ?? []).map((file) => relative(root, file)), ...takenIn(page)];
  const candidates = from.map((file) => posix.join(posix.dirname(file), path).replace(/\/$/, ''));
  const target = candidates.find((file) => isFile(file));
  if (target === undefined) throw new Error(`${page}: the link '${href}' leads to no file of the repository`);
  const rule = pages.find(([pattern]) => pattern.test(target));
  if (!rule) throw new Error(`${page}: the link '${href}' leads to ${target}, which is no page of the site`);
  return target.replace(rule[0], rule[1]) + (hash ? `#${hash}` : '');
}

function takenIn(page: string): string[] {
  const name = /^docs\/packages\/([a-z-]+)\.md$/.exec(page)?.[1];
  return name ? [`packages/${name}/README.md`] : [];
}

function isFile(path: string): boolean {
  return inRepository(path) && (statSync(join(root, path)).isFile() || /^(?:examples|packages\/[a-z-]+)$/.test(path));
}
