import assert from 'node:assert/strict';
import { BaseAdapter, Headers, type PreparedRequest, Response, Session } from '@requests-ts/core';
import { prepareUrl, redirectUrl } from '@requests-ts/core/authors';
import fc from 'fast-check';
import { choice, chosen, sentence } from '../grammar.ts';
import { expectOurs, type Target } from '../target.ts';

interface Input {
  readonly from: number;
  readonly status: number;
  readonly method: number;
  readonly location: string;
}

const FROM = [
  'http://a.example/x/y?q',
  'https://a.example/x',
  'http://a.example:8080/',
  'https://a.example:443/a',
  'http://a.example:80/',
  'https://[::1]:8443/',
  'http://127.0.0.1/',
];
const STATUS = [301, 302, 303, 307, 308];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];
const tokens: readonly string[] = [
  ...[
    'http://',
    'https://',
    'http:',
    'HTTPS://',
    'file:///',
    'http+unix://',
    'data:',
    'javascript:',
    '//',
    '/\\',
    '\\\\',
  ],
  ...[
    'a.example',
    'A.EXAMPLE',
    'a.example.',
    'b.example',
    '[::1]',
    '[0:0::1]',
    '127.0.0.1',
    'a.example:80',
    'a.example:443',
    ':8443',
    ':8080',
  ],
  ...[
    '/',
    '?',
    '#',
    '@',
    ':',
    '%',
    '%2f',
    '%00',
    '..',
    '.',
    'u:p@',
    ' ',
    '\t',
    '\r',
    '\n',
    '\0',
    '\x80',
    '\xc3\xa9',
    '\xff',
    'a',
  ],
];

/** Answers the first request with a redirect, the second with 200. */
class Redirecting extends BaseAdapter {
  readonly seen: {
    readonly url: string;
    readonly method: string;
    readonly headers: Headers;
    readonly body: unknown;
  }[] = [];
  readonly #first: Response;

  constructor(first: Response) {
    super();
    this.#first = first;
  }

  override async send(request: PreparedRequest): Promise<Response> {
    const { url, method, headers, body } = request;
    this.seen.push({ url, method, headers: headers.copy(), body });
    return this.seen.length === 1 ? this.#first : new Response({ request, statusCode: 200, url });
  }
}

/** The whole rule: credentials stay with scheme, host and port, but for http to https on their own ports. */
function leaves(from: URL, to: URL): boolean {
  const upgrade = from.protocol === 'http:' && to.protocol === 'https:' && from.port === '' && to.port === '';
  return from.hostname !== to.hostname || (!upgrade && (from.protocol !== to.protocol || from.port !== to.port));
}

function methodAfter(status: number, method: string): string {
  if ((status === 302 || status === 303) && method !== 'HEAD') return 'GET';
  return status === 301 && method === 'POST' ? 'GET' : method;
}

export const redirectTarget: Target<Input> = {
  name: 'redirect',
  holds: '[A01] [A02] [A07] [B01] [B03] carries credentials and bodies only where a model of twelve lines does',
  tokens,
  runs: 800,
  inputs: fc.record({
    from: choice(FROM),
    status: choice(STATUS),
    method: choice(METHODS),
    location: sentence(tokens, 8),
  }),
  parsers: {
    redirectUrl: (text) => redirectUrl(prepareUrl('https://h/a/b?c'), text, ''),
    'redirectUrl, authority': (text) => redirectUrl(prepareUrl('https://h/a/b?c'), `//${text}`, ''),
  },
  async run({ from, status, method, location }) {
    const start = chosen(FROM, from);
    const statusCode = chosen(STATUS, status);
    const verb = chosen(METHODS, method);
    const first = new Response({ statusCode, url: start, headers: Headers.received(['Location', location]) });
    const adapter = new Redirecting(first);
    const session = new Session({ adapters: { 'http://': adapter, 'https://': adapter } });
    const headers = { Cookie: 'sid=s3cret', 'Proxy-Authorization': 'Basic s3cret', Host: 'virtual.example' };
    try {
      await session.request(verb, start, { auth: ['user', 's3cret'], headers, data: verb === 'POST' ? 'body' : null });
    } catch (error) {
      expectOurs(error);
    }
    const [sent, next] = adapter.seen;
    assert.ok(adapter.seen.length <= 2);
    if (!next) return;
    assert.match(next.url, /^https?:\/\/[\x21-\x7e]+$/);
    const [a, b] = [new URL(start), new URL(next.url)];
    const lost = leaves(a, b);
    if (!lost) assert.equal(next.headers.get('authorization'), sent!.headers.get('authorization'));
    else for (const name of ['authorization', 'host']) assert.equal(next.headers.get(name), undefined, name);
    // Written by hand, they describe the first request only.
    for (const name of ['cookie', 'proxy-authorization']) assert.equal(next.headers.get(name), undefined, name);
    assert.equal(next.method, methodAfter(statusCode, verb));
    assert.equal(next.body, statusCode === 307 || statusCode === 308 ? sent!.body : null);
    assert.equal(redirectUrl(prepareUrl(start), next.url, ''), next.url);
  },
};
