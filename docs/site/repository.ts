/** The files of the repository that the site is made from. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository. */
export const root: string = fileURLToPath(new URL('../..', import.meta.url));

/** A file of the repository as text; `path` is relative to its root. */
export function source(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** True when the repository has this file or folder. */
export function inRepository(path: string): boolean {
  return existsSync(join(root, path));
}

/** Folders of docs/ whose pages nobody wrote, or that have none. */
const unwritten = new Set(['.vitepress', 'api', 'generated', 'node_modules', 'site', 'test']);

/** The pages that people write, as paths from docs/. */
export function writtenPages(): string[] {
  const docs = join(root, 'docs');
  const folders = readdirSync(docs, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['.', ...folders.map(({ name }) => name).filter((name) => !unwritten.has(name))]
    .flatMap((folder) => readdirSync(join(docs, folder)).map((file) => posix.join(folder, file)))
    .filter((path) => path.endsWith('.md'))
    .sort();
}

/** Folder names of the packages, those that users meet first at the top. */
export const packages: readonly string[] = [
  'requests-ts',
  'core',
  'http',
  'socks',
  'http-proxy',
  'retry',
  'digest-auth',
  'cookie-jar',
  'multipart',
  'env',
  'testing',
  'node-transport',
];

/** `core` to `@requests-ts/core`. */
export function packageName(folder: string): string {
  return folder === 'requests-ts' ? folder : `@requests-ts/${folder}`;
}

/** A runnable example: one file, whose first comment says what it does. */
export interface Example {
  /** Without `.ts`. */
  readonly name: string;
  readonly about: string;
  readonly code: string;
}

export function examples(): Example[] {
  const files = readdirSync(join(root, 'examples')).filter((file) => /^[a-z-]+\.ts$/.test(file));
  return files.sort().map((file) => {
    const text = source(`examples/${file}`);
    const comment = /^(?:\/\/ .*\n)+/.exec(text)?.[0] ?? '';
    return {
      name: file.slice(0, -3),
      about: comment
        .replaceAll(/^\/\/ /gm, '')
        .replaceAll('\n', ' ')
        .trim(),
      code: text.slice(comment.length).trim(),
    };
  });
}

/** The tests of the rules of one subject, as `scripts/rule-table.ts` wrote them. */
export interface RuleTable {
  readonly name: string;
  /** Path of its page, such as `url` or `security-retry`. */
  readonly slug: string;
  readonly table: string;
}

export function ruleTables(): RuleTable[] {
  return source('docs/generated/rules.md')
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const name = part.slice(0, part.indexOf('\n')).trim();
      return { name, slug: slug(name), table: part.slice(part.indexOf('\n')).trim() };
    });
}

function slug(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
