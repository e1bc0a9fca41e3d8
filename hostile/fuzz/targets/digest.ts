import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { BaseAdapter, Headers, type PreparedRequest, Response, Session } from '@requests-ts/core';
import { HTTPDigestAuth } from '@requests-ts/digest-auth';
import fc from 'fast-check';
import { choice, chosen, sentence } from '../grammar.ts';
import { expectOurs, type Target } from '../target.ts';

interface Input {
  /** One per response: its status and its challenge lines. */
  readonly answers: { readonly status: number; readonly lines: string[]; readonly info: string }[];
  readonly user: string;
  readonly password: string;
  readonly body: string;
}

const STATUS = [401, 401, 401, 200, 407, 403, 302];
const tokens: readonly string[] = [
  ...[
    'Digest ',
    'digest ',
    'Basic realm="x"',
    'Negotiate abc==',
    ', ',
    ',',
    ' ',
    '=',
    '"',
    '\\',
    '\\"',
    ';',
    '\t',
    '\0',
    '\x80',
    '\xff',
    'é',
  ],
  ...[
    'realm="r"',
    'realm=r',
    'realm="a\\"b"',
    'realm=""',
    'nonce="n"',
    'nonce="n,m"',
    'nonce=""',
    'opaque="o"',
    'opaque="\\\\"',
    'qop="auth"',
    'qop=auth',
    'qop="auth-int"',
    'qop="auth,auth-int"',
    'qop="x"',
    'qop=""',
  ],
  ...[
    'algorithm=MD5',
    'algorithm=MD5-sess',
    'algorithm=SHA-256',
    'algorithm="SHA-256"',
    'algorithm=SHA-512-256',
    'algorithm=x',
    'stale=true',
    'stale=false',
    'userhash=true',
    'charset=UTF-8',
    'domain="/ /x http://b/"',
    '__proto__="x"',
  ],
];
const parameters = tokens.filter((token) => /^\w+=/.test(token));
const challenge = fc.oneof(
  fc
    .subarray([...parameters], { minLength: 2, maxLength: 8 })
    .map((list) => `Digest realm="r", nonce="n", ${list.join(', ')}`),
  fc.array(fc.constantFrom(...parameters), { maxLength: 8 }).map((list) => `Digest ${list.join(', ')}`),
  sentence(tokens, 14),
);
const HASHES: ReadonlyMap<string, string> = new Map([
  ['MD5', 'md5'],
  ['SHA', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
  ['SHA-512-256', 'sha512-256'],
]);

class Challenging extends BaseAdapter {
  readonly sent: string[] = [];
  readonly #answers: Input['answers'];

  constructor(answers: Input['answers']) {
    super();
    this.#answers = answers;
  }

  override async send(request: PreparedRequest): Promise<Response> {
    const { status, lines, info } = this.#answers[this.sent.length] ?? { status: 3, lines: [], info: '' };
    this.sent.push(request.headers.getAll('authorization').join('\n'));
    const fields = lines.flatMap((line) => ['WWW-Authenticate', line]);
    if (info !== '') fields.push('Authentication-Info', info);
    return new Response({
      request,
      statusCode: chosen(STATUS, status),
      headers: Headers.received(fields),
      body: 'x',
      url: request.url,
    });
  }
}

/** The fields of an `Authorization: Digest`, by a grammar without any leniency. */
function parseCredentials(header: string): Map<string, string> {
  const rest = /^Digest (.+)$/s.exec(header)?.[1];
  assert.ok(rest, 'no Digest credentials');
  const fields = new Map<string, string>();
  let at = 0;
  const field = /([a-z]+\*?)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^_`|~0-9A-Za-z-]+))(?:, |$)/sy;
  while (at < rest.length) {
    field.lastIndex = at;
    const match = field.exec(rest);
    assert.ok(match, `cannot read the credentials at ${at}`);
    assert.ok(!fields.has(match[1]!), `${match[1]} twice`);
    fields.set(match[1]!, match[2]?.replace(/\\(.)/gs, '$1') ?? match[3]!);
    at = field.lastIndex;
  }
  return fields;
}

/** RFC 7616 §3.4, computed by Node. */
function expected(fields: ReadonlyMap<string, string>, { password, body }: Input, user: string): string {
  const named = (fields.get('algorithm') ?? 'MD5').toUpperCase();
  const hash = (text: string): string =>
    createHash(HASHES.get(named.replace(/-SESS$/, ''))!)
      .update(text, 'utf8')
      .digest('hex');
  const [nonce, cnonce, qop] = [fields.get('nonce')!, fields.get('cnonce') ?? '', fields.get('qop')];
  let a1 = hash(`${user}:${fields.get('realm')}:${password}`);
  if (named.endsWith('-SESS')) a1 = hash(`${a1}:${nonce}:${cnonce}`);
  const a2 = hash(`POST:${fields.get('uri')}${qop === 'auth-int' ? `:${hash(body)}` : ''}`);
  return hash(qop === undefined ? `${a1}:${nonce}:${a2}` : `${a1}:${nonce}:${fields.get('nc')}:${cnonce}:${qop}:${a2}`);
}

export const digestTarget: Target<Input> = {
  name: 'digest',
  holds:
    '[A08] [L01] [L04] answers at most twice, in a header that parses back to what was challenged and what RFC 7616 computes',
  tokens,
  runs: 500,
  inputs: fc.record({
    answers: fc.array(
      fc.record({
        status: choice(STATUS),
        lines: fc.array(challenge, { maxLength: 3 }),
        info: fc.oneof(fc.constant(''), fc.constantFrom('nextnonce="n2"', 'rspauth="0"'), sentence(tokens, 5)),
      }),
      { minLength: 1, maxLength: 4 },
    ),
    user: fc.constantFrom('user', 'us"er', 'us\\er', 'ü', 'a:b', ''),
    password: fc.constantFrom('secret', 'pä', ''),
    body: fc.constantFrom('', 'body'),
  }),
  async run(input) {
    const adapter = new Challenging(input.answers);
    const session = new Session({ adapters: { 'http://': adapter } });
    const user = input.user.replace(/[\0-\x1f\x7f]/g, '');
    const auth = new HTTPDigestAuth(user, input.password);
    try {
      await session.request('POST', 'http://h.example/p"a?q=,', { auth, data: input.body, allowRedirects: false });
    } catch (error) {
      expectOurs(error);
    }
    assert.ok(adapter.sent.length >= 1 && adapter.sent.length <= 3, `${adapter.sent.length} requests`);
    assert.equal(adapter.sent[0], '');
    for (const header of adapter.sent.slice(1)) {
      assert.match(header, /^[\t\x20-\x7e\x80-\xff]+$/);
      const fields = parseCredentials(header);
      assert.equal(fields.get('uri'), '/p%22a?q=,');
      const challenges = input.answers.flatMap(({ lines }) => lines).join(',');
      if (!/[\x80-\u{10ffff}]/u.test(challenges + user)) {
        if (!fields.has('userhash') && !fields.has('username*')) assert.equal(fields.get('username'), user);
        // Without qop the client's nonce is not sent, so that nobody could compute a session's secret.
        const computable = fields.has('qop') || !/-sess$/i.test(fields.get('algorithm') ?? '');
        if (computable) assert.equal(fields.get('response'), expected(fields, input, user));
      }
    }
  },
};
