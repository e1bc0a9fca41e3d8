/** Basic, Bearer and Digest. */
import { createHash, randomBytes } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { any, get, type Route } from './router.ts';

/** Basic, in the bytes of the wire: `user` and `password` may come as UTF-8 or as ISO-8859-1. */
function isBasic(exchange: Exchange): boolean {
  const { user, password } = exchange.params;
  const expected = [
    `Basic ${btoaBytes(`${user}:${password}`, 'utf8')}`,
    `Basic ${btoaBytes(`${user}:${password}`, 'latin1')}`,
  ];
  return expected.includes(exchange.request.headers.authorization ?? '');
}

function btoaBytes(text: string, encoding: 'utf8' | 'latin1'): string {
  return Buffer.from(text, encoding).toString('base64');
}

function basic(exchange: Exchange): Promise<void> {
  if (isBasic(exchange)) return exchange.json({ authenticated: true, user: exchange.params.user });
  return exchange.reply(401, { 'WWW-Authenticate': 'Basic realm="Fake Realm"' });
}

function hiddenBasic(exchange: Exchange): Promise<void> {
  if (isBasic(exchange)) return exchange.json({ authenticated: true, user: exchange.params.user });
  return exchange.json({ status: 404, message: 'Not Found' }, 404);
}

function bearer(exchange: Exchange): Promise<void> {
  const token = /^Bearer (.+)$/.exec(exchange.request.headers.authorization ?? '')?.[1];
  if (token === undefined) return exchange.reply(401, { 'WWW-Authenticate': 'Bearer' });
  return exchange.json({ authenticated: true, token });
}

const HASHES = new Map([
  ['MD5', 'md5'],
  ['SHA', 'sha1'],
  ['SHA-256', 'sha256'],
  ['SHA-512', 'sha512'],
  ['SHA-512-256', 'sha512-256'],
]);

/** The parameters of a challenge or credentials, names in lower case. */
export function parseDigest(header: string): Map<string, string> | undefined {
  if (!/^Digest\s/i.test(header)) return undefined;
  const fields = new Map<string, string>();
  for (const [, name, quoted, plain] of header.slice(7).matchAll(/([\w-]+)\s*=\s*(?:"((?:\\.|[^"\\])*)"|([^\s,]+))/g)) {
    fields.set(name!.toLowerCase(), quoted === undefined ? plain! : quoted.replace(/\\(.)/g, '$1'));
  }
  return fields;
}

type Verdict = 'good' | 'wrong' | 'stale';

/** Checks credentials by RFC 7616 §3.4: the hash, the target, the nonce being ours, and that no (nonce, count) pair comes twice. */
async function verdict(exchange: Exchange, qop: string, algorithm: string): Promise<Verdict> {
  const fields = parseDigest(exchange.request.headers.authorization ?? '');
  if (!fields) return 'wrong';
  const field = (name: string): string => fields.get(name) ?? '';
  const { user, password } = exchange.params;
  const nonce = exchange.memory.nonces.get(field('nonce'));
  if (field('username') !== user || field('uri') !== exchange.record.url) return 'wrong';
  if ((fields.get('algorithm') ?? 'MD5').toUpperCase() !== algorithm.toUpperCase()) return 'wrong';
  if (!nonce) return 'stale';
  const usedQop = fields.get('qop');
  if (qop !== '' && usedQop !== undefined && !qop.split(',').includes(usedQop)) return 'wrong';

  const name = algorithm.toUpperCase();
  const hash = (data: string | Buffer): string =>
    createHash(HASHES.get(name.replace(/-SESS$/, ''))!)
      .update(data)
      .digest('hex');
  let a1 = hash(`${user}:${field('realm')}:${password}`);
  if (name.endsWith('-SESS')) a1 = hash(`${a1}:${field('nonce')}:${field('cnonce')}`);
  const a2 = `${exchange.method}:${field('uri')}${usedQop === 'auth-int' ? `:${hash(await exchange.body())}` : ''}`;
  const middle = usedQop === undefined ? '' : `:${field('nc')}:${field('cnonce')}:${usedQop}`;
  if (hash(`${a1}:${field('nonce')}${middle}:${hash(a2)}`) !== field('response')) return 'wrong';

  if (usedQop !== undefined) {
    if (!/^[0-9a-f]{8}$/.test(field('nc')) || field('cnonce') === '') return 'wrong';
    if (nonce.seen.has(field('nc'))) return 'stale';
    nonce.seen.add(field('nc'));
  }
  if (nonce.left <= 0) return 'stale';
  nonce.left -= 1;
  return 'good';
}

/**
 * `/digest-auth/:qop/:user/:password[/:algorithm[/:staleAfter]]`, with httpbin's cookies: `fake=fake_value`, and with
 * `?require-cookie=1` a client that does not send it back is refused.
 */
async function digest(exchange: Exchange): Promise<void> {
  const qop = /^(auth|auth-int|auth,auth-int)$/.test(exchange.params.qop!) ? exchange.params.qop! : '';
  const asked = exchange.params.algorithm ?? 'MD5';
  const algorithm = HASHES.has(asked.toUpperCase().replace(/-SESS$/, '')) ? asked : 'MD5';
  const uses = exchange.number(exchange.params.stale, Number.POSITIVE_INFINITY);
  const needsCookie = ['1', 't', 'true'].includes(exchange.query.get('require-cookie') ?? '');
  const hasCookie = /(?:^|;\s*)fake=fake_value/.test(exchange.request.headers.cookie ?? '');

  const result = await verdict(exchange, qop, algorithm);
  if (needsCookie && result === 'good' && !hasCookie)
    return exchange.json({ errors: ['missing cookie set on challenge'] }, 403);
  const cookie = { 'Set-Cookie': ['fake=fake_value; Path=/'] };
  if (result === 'good') return exchange.json({ authenticated: true, user: exchange.params.user }, 200, cookie);

  const nonce = randomBytes(16).toString('hex');
  exchange.memory.nonces.set(nonce, { seen: new Set(), left: uses });
  const challenge = [
    'realm="me@example.com"',
    `nonce="${nonce}"`,
    ...(qop === '' ? [] : [`qop="${qop}"`]),
    `opaque="${randomBytes(16).toString('hex')}"`,
    `algorithm=${algorithm}`,
    `stale=${result === 'stale' ? 'TRUE' : 'FALSE'}`,
  ];
  return exchange.reply(401, { 'WWW-Authenticate': `Digest ${challenge.join(', ')}`, ...cookie });
}

export const authRoutes: readonly Route[] = [
  get('/basic-auth/:user/:password', basic),
  get('/hidden-basic-auth/:user/:password', hiddenBasic),
  get('/bearer', bearer),
  any('/digest-auth/:qop/:user/:password', digest),
  any('/digest-auth/:qop/:user/:password/:algorithm', digest),
  any('/digest-auth/:qop/:user/:password/:algorithm/:stale', digest),
];
