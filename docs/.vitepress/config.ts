import { defineConfig, type MarkdownEnv } from 'vitepress';
import { repositoryLinks } from '../site/links.ts';
import { rowAnchors } from '../site/row-anchors.ts';
import { apiSidebars, exampleSidebar, guideSidebar, packageSidebar, ruleSidebar } from '../site/sidebar.ts';
import { tableLabels } from '../site/table-labels.ts';

/** Everything is in the built folder: it can be read without a network. */
export default defineConfig({
  title: 'requests-ts',
  description: "Python's Requests for TypeScript: HTTP for humans, and adapters you mount where you need them.",
  lang: 'en-GB',
  // GitHub Pages serves a project under its name.
  base: process.env.DOCS_BASE ?? '/',
  cleanUrls: true,
  srcExclude: ['generated/rules.md', 'node_modules/**', 'test/**', '**/CHANGELOG.md'],
  head: [['link', { rel: 'icon', href: 'data:,' }]],
  // The index of the search is large, and loaded when somebody searches.
  vite: { build: { chunkSizeWarningLimit: 4000 } },
  markdown: {
    // Titles of tests hold URLs that nobody should follow.
    linkify: false,
    config(markdown) {
      repositoryLinks(markdown);
      rowAnchors(markdown);
      tableLabels(markdown);
    },
  },
  // Pages that are tables of many columns take the width of the list of headings.
  transformPageData(page) {
    if (/^(?:rules|generated)\/|^(?:divergences|limits|performance)\.md$/.test(page.relativePath))
      page.frontmatter.aside = false;
  },
  themeConfig: {
    nav: [
      { text: 'Guide', link: '/getting-started', activeMatch: '^/(getting-started|guide|advanced|recipes|features)' },
      { text: 'Coming from', link: '/migration/python', activeMatch: '^/migration/' },
      { text: 'API', link: '/api/', activeMatch: '^/api/' },
      { text: 'Packages', link: '/packages/', activeMatch: '^/packages/' },
      { text: 'Examples', link: '/examples/', activeMatch: '^/examples/' },
    ],
    sidebar: {
      ...apiSidebars(),
      '/packages/': packageSidebar(),
      '/examples/': exampleSidebar(),
      '/rules/': ruleSidebar(),
      '/': guideSidebar(),
    },
    outline: [2, 3],
    search: {
      provider: 'local',
      options: {
        _render(source, env: MarkdownEnv, markdown) {
          const html = markdown.render(source, env);
          const generated = env.relativePath.startsWith('generated/');
          return generated || env.frontmatter?.search === false ? '' : html;
        },
      },
    },
    footer: { message: 'Apache-2.0. Not affiliated with the authors of Requests, to whom we owe the words.' },
  },
});
