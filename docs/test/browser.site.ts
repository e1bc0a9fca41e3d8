import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type StaticServer, serveFolder } from './static-server.ts';

const dist = fileURLToPath(new URL('../.vitepress/dist', import.meta.url));
const browsers = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM ?? browsers.find((path) => existsSync(path)) ?? browsers[0]!;
const installed = existsSync(executablePath);
if (!installed)
  console.error(`No browser: ${executablePath} is not there (apt-get install chromium, or CHROMIUM=path).`);

/** Nothing but the page: no updates, no synchronisation, no first steps. Chromium refuses its sandbox to root. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const phone = { width: 390, height: 844 };
const desktop = { width: 1280, height: 800 };

/** Pages with the widest content: tables, long code, long names. */
const wide = [
  '/',
  '/getting-started',
  '/features',
  '/recipes',
  '/migration/python',
  '/divergences',
  '/errors',
  '/security',
  '/packages/',
  '/packages/http',
  '/examples/download',
  '/rules/',
  '/rules/url',
  '/api/',
  '/api/@requests-ts/core/classes/Session',
];

it('finds a browser where CI is', () => {
  expect(installed || process.env.CI !== 'true').toBe(true);
});

describe.skipIf(!installed)('the built site', () => {
  let server: StaticServer;
  let browser: Browser;
  let context: BrowserContext;
  /** What a reader must never see, or a network must never get. */
  const problems: string[] = [];

  beforeAll(async () => {
    server = await serveFolder(dist);
    // A folder for its profile of its own, removed when it closes.
    browser = await chromium.launch({ executablePath, args });
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  async function open(path: string, viewport: { width: number; height: number }): Promise<Page> {
    context = await browser.newContext({ viewport });
    const page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') problems.push(`${page.url()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => problems.push(`${page.url()}: ${error.message}`));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${server.url}/`) && !/^(?:data|blob):/.test(url)) problems.push(`asked for ${url}`);
    });
    await page.goto(`${server.url}${path}`);
    // The page answers to clicks once Vue has taken it over.
    await page.waitForFunction(() => '__vue_app__' in (document.querySelector('#app') ?? {}));
    return page;
  }

  it.each([
    ['a phone', phone],
    ['a desktop', desktop],
  ])('searches without a network and follows the hit on %s', async (_name, viewport) => {
    const page = await open('/', viewport);
    await page.locator('#local-search button, .VPNavBarSearch button').first().click();
    await page.locator('#localsearch-input').fill('iterLines');
    const hit = page.locator('.VPLocalSearchBox .result').filter({ hasText: 'Lines' }).first();
    await hit.click();
    await page.waitForURL((url) => url.pathname !== '/');
    await page.locator('.vp-doc h1').first().waitFor();
    expect(await page.locator('.vp-doc').textContent()).toContain('iterLines');
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('M2 switches between the package managers', async () => {
    const page = await open('/getting-started', desktop);
    const group = page.locator('.vp-code-group').first();
    for (const [name, command] of [
      ['pnpm', 'pnpm add requests-ts'],
      ['bun', 'bun add requests-ts'],
      ['npm', 'npm install requests-ts'],
    ] as const) {
      await group.locator('label', { hasText: new RegExp(`^${name}$`) }).click();
      await group.locator('div.active', { hasText: command }).waitFor();
    }
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('is read by its navigation on a desktop', async () => {
    const page = await open('/', desktop);
    await page.locator('.VPHero a', { hasText: 'Getting started' }).click();
    await page.waitForURL('**/getting-started');
    await page.locator('.VPSidebar a', { hasText: 'Timeouts and errors' }).click();
    await page.waitForURL('**/guide/timeouts-and-errors');
    await page.locator('.VPNavBarMenu a', { hasText: 'API' }).click();
    await page.waitForURL('**/api/');
    await page.locator('.vp-doc a', { hasText: '@requests-ts/retry' }).click();
    await page.locator('h1', { hasText: '@requests-ts/retry' }).waitFor();
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it('is read by its menus on a phone', async () => {
    const page = await open('/getting-started', phone);
    await page.locator('.VPLocalNav button.menu').click();
    await page.locator('.VPSidebar a', { hasText: 'Proxies' }).click();
    await page.waitForURL('**/advanced/proxies');
    await page.locator('.VPNavBarHamburger').click();
    await page.locator('.VPNavScreen a', { hasText: 'Packages' }).click();
    await page.waitForURL('**/packages/');
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });

  it.each([
    ['a phone', phone],
    ['a desktop', desktop],
  ])('fits %s without scrolling sideways', async (_name, viewport) => {
    const page = await open('/', viewport);
    const tooWide: string[] = [];
    for (const path of wide) {
      await page.goto(`${server.url}${path}`);
      const excess = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      if (excess > 0) tooWide.push(`${path}: ${excess} px`);
    }
    await context.close();
    expect(tooWide).toEqual([]);
    expect(problems.splice(0)).toEqual([]);
    expect(server.missing).toEqual([]);
  });

  it('takes the link of a feature to the section that shows it', async () => {
    const page = await open('/features', desktop);
    await page.locator('.vp-doc a[href$="#M183"]').click();
    await page.waitForURL('**/advanced/streaming#M183');
    await expect.poll(() => page.evaluate(() => Math.round(scrollY))).toBeGreaterThan(500);
    await context.close();
    expect(problems.splice(0)).toEqual([]);
  });
});

describe('the links of the built site', () => {
  const pages = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.html'));
  const html = new Map(pages.map((name) => [`/${name}`, readFileSync(join(dist, name), 'utf8')]));
  const ids = new Map<string, ReadonlySet<string>>();

  function idsOf(path: string): ReadonlySet<string> {
    const known = ids.get(path);
    if (known) return known;
    const found = new Set(Array.from(html.get(path)?.matchAll(/\sid="([^"]+)"/g) ?? [], ([, id = '']) => id));
    ids.set(path, found);
    return found;
  }

  it('lead to a heading or a mark that is there', () => {
    const dead = new Set<string>();
    for (const [from, text] of html) {
      const [main = ''] = /<main.*<\/main>/s.exec(text) ?? [text];
      for (const [, href = ''] of main.matchAll(/<a[^>]*\shref="([^"]+)"/g)) {
        const url = new URL(
          href.replaceAll('&amp;', '&'),
          `http://site.example${from.replace(/(?:index)?\.html$/, '')}`,
        );
        if (url.host !== 'site.example') continue;
        const path = decodeURI(url.pathname);
        const file = [`${path}.html`, `${path}index.html`, path].find((name) => html.has(name));
        if (!file) dead.add(`${from}: ${href}`);
        else if (url.hash && !idsOf(file).has(decodeURIComponent(url.hash.slice(1)))) dead.add(`${from}: ${href}`);
      }
    }
    expect([...dead]).toEqual([]);
  });

  it('load nothing from elsewhere', () => {
    const foreign =
      /<(?:script|img|iframe|source|video)[^>]*\ssrc="https?:|<link[^>]*\srel="(?:stylesheet|preload|modulepreload|preconnect)"[^>]*href="https?:/;
    expect([...html].filter(([, text]) => foreign.test(text)).map(([path]) => path)).toEqual([]);
  });
});
