/** Fixed documents and compressed ones. */
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { clientOf, headersOf } from './echo.ts';
import type { Exchange } from './exchange.ts';
import { get, type Route } from './router.ts';

const SLIDESHOW = {
  slideshow: {
    author: 'Yours Truly',
    date: 'date of publication',
    slides: [
      { title: 'Wake up to WonderWidgets!', type: 'all' },
      {
        items: ['Why <em>WonderWidgets</em> are great', 'Who <em>buys</em> WonderWidgets'],
        title: 'Overview',
        type: 'all',
      },
    ],
    title: 'Sample Slide Show',
  },
};

const XML = `<?xml version='1.0' encoding='us-ascii'?>
<!--  A SAMPLE set of slides  -->
<slideshow title="Sample Slide Show" date="Date of publication" author="Yours Truly">
    <slide type="all"><title>Wake up to WonderWidgets!</title></slide>
    <slide type="all">
        <title>Overview</title>
        <item>Why <em>WonderWidgets</em> are great</item>
        <item/>
        <item>Who <em>buys</em> WonderWidgets</item>
    </slide>
</slideshow>
`;

const HTML = `<!DOCTYPE html>
<html>
  <head>
  </head>
  <body>
      <h1>Herman Melville - Moby-Dick</h1>
      <div>
        <p>Call me Ishmael. Some years ago - never mind how long precisely - having little or no money in my purse, and nothing
        particular to interest me on shore, I thought I would sail about a little and see the watery part of the world.</p>
      </div>
  </body>
</html>
`;

const UTF8 = `<h1>Unicode Demo</h1>
<pre>
∮ E⋅da = Q,  n → ∞, ∑ f(i) = ∏ g(i), ∀x∈ℝ: ⌈x⌉ = −⌊−x⌋
Γνωρίζω ἀπὸ σένα τὴν κόψη
Зарегистрируйтесь сейчас
๏ แผ่นดินฮั่นเสื่อมโทรมแสนสังเวช
ᚻᛖ ᚳᚹᚫᚦ ᚦᚫᛏ ᚻᛖ ᛒᚢᛞᛖ ᚩᚾ ᚦᚫᛗ ᛚᚪᚾᛞᛖ
日本語 中文 한국어 😀
</pre>
`;

const FORM = `<!DOCTYPE html>
<html>
  <head><title>Log in</title></head>
  <body>
    <form method="post" action="/post">
      <input type="hidden" name="csrf_token" value="d41d8cd98f00b204">
      <p><label>User name: <input name="username"></label></p>
      <p><label>Password: <input type="password" name="password"></label></p>
      <p><label><input type="checkbox" name="remember" value="yes"> Remember me</label></p>
      <p><button>Log in</button></p>
    </form>
  </body>
</html>
`;

/** One red pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC',
  'base64',
);

/** An answer like `/get`'s, compressed whatever the client accepts. */
function compressed(
  flag: string,
  coding: string,
  compress: (text: string) => Buffer,
): (exchange: Exchange) => Promise<void> {
  return (exchange) => {
    const document = {
      [flag]: true,
      headers: headersOf(exchange),
      method: exchange.method,
      origin: clientOf(exchange),
    };
    const headers = { 'Content-Type': 'application/json', 'Content-Encoding': coding };
    return exchange.reply(200, headers, compress(`${JSON.stringify(document, null, 2)}\n`));
  };
}

export const formatRoutes: readonly Route[] = [
  get('/', (exchange) =>
    exchange.html('<!DOCTYPE html>\n<html><head><title>httpbin</title></head><body><h1>httpbin</h1></body></html>\n'),
  ),
  get('/gzip', compressed('gzipped', 'gzip', gzipSync)),
  get('/deflate', compressed('deflated', 'deflate', deflateSync)),
  get('/brotli', compressed('brotli', 'br', brotliCompressSync)),
  get(
    '/zstd',
    compressed('zstd', 'zstd', (text) => zstdCompressSync(text)),
  ),
  get('/encoding/utf8', (exchange) => exchange.html(UTF8)),
  get('/html', (exchange) => exchange.html(HTML)),
  get('/json', (exchange) => exchange.json(SLIDESHOW)),
  get('/xml', (exchange) => exchange.reply(200, { 'Content-Type': 'application/xml' }, XML)),
  get('/robots.txt', (exchange) =>
    exchange.reply(200, { 'Content-Type': 'text/plain' }, 'User-agent: *\nDisallow: /deny\n'),
  ),
  get('/deny', (exchange) => exchange.reply(200, { 'Content-Type': 'text/plain' }, "YOU SHOULDN'T BE HERE\n")),
  get('/image/png', (exchange) => exchange.reply(200, { 'Content-Type': 'image/png' }, PNG)),
  get('/forms/post', (exchange) => exchange.html(FORM)),
];
