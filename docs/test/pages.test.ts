import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import * as exceptions from '../../packages/core/src/exceptions.ts';
import { featureGroups, sections } from '../site/features.ts';
import { examples, inRepository, packages, ruleTables, writtenPages } from '../site/repository.ts';
import { rowIds } from '../site/row-anchors.ts';

const docs = fileURLToPath(new URL('..', import.meta.url));
const page = (path: string): string => readFileSync(join(docs, path), 'utf8');

/** Rows that no page shows, each with the reason. None today. */
const unshown: Readonly<Record<string, string>> = {};

describe('the pages of the site', () => {
  const rows = featureGroups().flatMap(({ rules }) => rules);
  const shown = sections();

  it('show every row of the feature list, or say why not', () => {
    expect(rows).toHaveLength(254);
    expect(rows.filter((id) => !shown.has(id) && !unshown[id])).toEqual([]);
  });

  it('name only rows that exist', () => {
    expect([...shown.keys()].filter((id) => !rows.includes(id))).toEqual([]);
  });

  it('put every row into a section of its own page, above text', () => {
    for (const path of new Set([...shown.values()].flat())) {
      const text = page(`${path}.md`);
      expect(rowIds(text).length, path).toBeGreaterThan(0);
      // A mark at the end would show nothing.
      expect(text.trimEnd().endsWith('-->'), path).toBe(false);
      expect(text, path).toMatch(/^# /m);
    }
  });

  it('M2 M1 getting started has the install commands of four package managers', () => {
    const groups = page('getting-started.md').split('::: code-group').slice(1);
    expect(groups.length).toBeGreaterThan(0);
    for (const group of groups) {
      const tabs = Array.from(
        group.slice(0, group.indexOf('\n:::')).matchAll(/^```sh \[(\w+)\]$/gm),
        ([, name]) => name,
      );
      expect(tabs).toEqual(['npm', 'pnpm', 'yarn', 'bun']);
    }
  });

  it('M3 says how to install from a source checkout', () => {
    expect(page('getting-started.md')).toContain('npm pack');
  });

  it('M227 M228 M229 M230 give the guidance that the guide of Requests gives', () => {
    expect(shown.get('M227')).toContain('/divergences');
    expect(page('getting-started.md')).toContain('**Give every request a timeout.**');
    expect(page('advanced/authentication.md')).toContain('## Which scheme');
    expect(shown.get('M230')).toEqual(['/getting-started']);
  });

  it('list every package, every error with its code, and every example', () => {
    const folders = readdirSync(join(docs, '../packages'));
    expect([...packages].sort()).toEqual(folders.sort());
    for (const folder of folders) expect(page('packages/index.md')).toContain(`(/packages/${folder})`);
    const errors = Object.values(exceptions).filter((type) => typeof type === 'function');
    expect(errors.length).toBeGreaterThan(20);
    for (const Type of errors) {
      const { name, code } = new Type('');
      expect(page('errors.md')).toMatch(new RegExp(`^(?:[│├└─ ]+ )?${name} +${code}\\b`, 'm'));
    }
    for (const { name, about, code } of examples()) expect({ name, about, code }).not.toMatchObject({ about: '' });
  });

  it('and the files beside them link to files that are there', () => {
    const files = [
      'README.md',
      'CONTRIBUTING.md',
      'SECURITY.md',
      ...packages.map((name) => `packages/${name}/README.md`),
    ];
    const dead = files.flatMap((file) => {
      const links = readFileSync(join(docs, '..', file), 'utf8').matchAll(/\]\((?![a-z]+:|#)([^)#\s]+)/g);
      return Array.from(links, ([, link = '']) => join(dirname(file), link)).filter((path) => !inRepository(path));
    });
    expect(dead).toEqual([]);
  });

  it('say on one line what a line prints, where it is compared', () => {
    const pages = writtenPages();
    expect(pages.filter((path) => /^ *\)+; \/\/ /m.test(page(path)))).toEqual([]);
    expect(pages.flatMap((path) => page(path).match(/^ *console\.log\(.+\); \/\/ .+$/gm) ?? []).length).toBeGreaterThan(
      150,
    );
  });

  it('have a page for every subject of the rules', () => {
    const slugs = ruleTables().map(({ slug }) => slug);
    expect(new Set(slugs).size).toBe(slugs.length);
    expect(slugs).toContain('security-retry');
  });
});

describe('rowIds', () => {
  it.each([
    ['<!-- M1 -->', ['M1']],
    ['<!-- M8..M10 S2 -->', ['M8', 'M9', 'M10', 'S2']],
    ['<!-- no row -->', []],
  ])('reads %s', (text, ids) => {
    expect(rowIds(text)).toEqual(ids);
  });
});
