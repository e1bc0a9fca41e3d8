/** The navigation beside the pages. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { examples, inRepository, packageName, packages, root, ruleTables } from './repository.ts';

type Item = DefaultTheme.SidebarItem;

function item(text: string, link: string): Item {
  return { text, link };
}

/** Pages that other tools write: there when the file is. */
function generated(text: string, link: string): Item[] {
  return inRepository(`docs${link}.md`) ? [item(text, link)] : [];
}

export function guideSidebar(): Item[] {
  return [
    {
      text: 'Start',
      items: [
        item('Getting started', '/getting-started'),
        item('Every feature', '/features'),
        item('Recipes', '/recipes'),
      ],
    },
    {
      text: 'User guide',
      items: [
        item('Making requests', '/guide/requests'),
        item('Request bodies and files', '/guide/bodies'),
        item('Responses', '/guide/responses'),
        item('Cookies and redirects', '/guide/cookies-and-redirects'),
        item('Timeouts and errors', '/guide/timeouts-and-errors'),
      ],
    },
    {
      text: 'Advanced guide',
      items: [
        item('Sessions', '/advanced/sessions'),
        item('Prepared requests', '/advanced/prepared-requests'),
        item('Authentication', '/advanced/authentication'),
        item('TLS', '/advanced/tls'),
        item('Proxies', '/advanced/proxies'),
        item('Streaming', '/advanced/streaming'),
        item('Hooks', '/advanced/hooks'),
        item('One configuration per service', '/advanced/per-service'),
        item('Writing an adapter', '/advanced/writing-an-adapter'),
      ],
    },
    {
      text: 'Coming from',
      items: [
        item('Python Requests', '/migration/python'),
        item('axios', '/migration/axios'),
        item('got', '/migration/got'),
        item('ky', '/migration/ky'),
        item('node-fetch', '/migration/node-fetch'),
      ],
    },
    {
      text: 'Reference',
      items: [
        item('Errors', '/errors'),
        item('Where we differ', '/divergences'),
        item('Security', '/security'),
        ...generated('Limits', '/limits'),
        ...generated('Security classes', '/generated/security'),
        item('Performance', '/performance'),
        item('Rules and their tests', '/rules/'),
        item('Packages', '/packages/'),
        item('Examples', '/examples/'),
        item('API', '/api/'),
        item('Contributing', '/contributing'),
      ],
    },
  ];
}

export function packageSidebar(): Item[] {
  return [{ text: 'Packages', items: packages.map((folder) => item(packageName(folder), `/packages/${folder}`)) }];
}

export function exampleSidebar(): Item[] {
  return [{ text: 'Examples', items: examples().map(({ name }) => item(name, `/examples/${name}`)) }];
}

export function ruleSidebar(): Item[] {
  return [{ text: 'Rules and their tests', items: ruleTables().map(({ name, slug }) => item(name, `/rules/${slug}`)) }];
}

/** What TypeDoc wrote: the packages, and for the pages of each its members. A list of all members would be in every page. */
export function apiSidebars(): Record<string, Item[]> {
  const folders = packages.filter((folder) => inRepository(`docs/api/${packageName(folder)}/index.md`));
  const all = folders.map((folder) => item(packageName(folder), `/api/${packageName(folder)}/`));
  const sidebars: Record<string, Item[]> = { '/api/': [{ text: 'API reference', items: all }] };
  for (const { text = '', link = '' } of all)
    sidebars[link] = [item('All packages', '/api/'), { text, link, items: members(link) }];
  return sidebars;
}

const kinds: Readonly<Record<string, string>> = {
  classes: 'Classes',
  functions: 'Functions',
  interfaces: 'Interfaces',
  'type-aliases': 'Types',
  variables: 'Constants',
};

function members(base: string): Item[] {
  return Object.entries(kinds).flatMap(([folder, text]) => {
    if (!inRepository(`docs${base}${folder}`)) return [];
    const files = readdirSync(join(root, 'docs', base, folder)).filter((file) => file.endsWith('.md'));
    const items = files.map((file) => item(file.slice(0, -3), `${base}${folder}/${file.slice(0, -3)}`));
    return [{ text, items, collapsed: true }];
  });
}
