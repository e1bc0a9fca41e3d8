import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import type { Proxies } from '@requests-ts/core';
import fc from 'fast-check';
import { Session } from 'requests-ts';
import { choice, chosen } from '../grammar.ts';
import { expectOurs, type Target } from '../target.ts';

interface Input {
  readonly steps: { readonly kind: number; readonly text: string }[];
}

interface Seen {
  readonly server: string;
  readonly start: string;
  readonly headers: string[];
  readonly body: string;
}

const servers: Server[] = [];
let seen: Seen[] = [];
let ports: readonly number[] = [];

/** An origin, or a proxy; what it is asked says what it answers. */
function answer(name: string): (request: IncomingMessage, response: ServerResponse) => void {
  return (request, response) => {
    const body: Buffer[] = [];
    request.on('error', () => {});
    request.on('data', (chunk: Buffer) => body.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', rawHeaders } = request;
      seen.push({ server: name, start: `${method} ${url}`, headers: rawHeaders, body: Buffer.concat(body).toString() });
      const path = url.replace(/^http:\/\/[^/]*/, '');
      const { query = '', rest = '' } = /^\/(?<rest>\w*)\??(?<query>.*)$/.exec(path)?.groups ?? {};
      if (rest === 'redirect') response.writeHead(302, { location: `/get?${query}` });
      else if (rest === 'keep') response.writeHead(307, { location: `/get?${query}` });
      else if (rest === 'away') response.writeHead(302, { location: `http://localhost:${ports[1]}/get?${query}` });
      else if (rest === 'cookie') response.writeHead(200, { 'set-cookie': `c=${query.length}` });
      else if (rest === 'cut') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('short');
        setImmediate(() => response.destroy());
        return;
      } else if (rest === 'challenge' && request.headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' });
      response.end(`${rest} ${query}`);
    });
  };
}

interface World {
  readonly session: Session;
  readonly origin: string;
}

/** Steps that send; what they set stays in the session. */
const SENDS: readonly ((world: World, text: string) => Promise<unknown>)[] = [
  ({ session, origin }, text) => session.get(`${origin}/get`, { params: { q: text } }),
  ({ session, origin }, text) => session.post(`${origin}/post`, { data: text }),
  ({ session, origin }, text) => session.put(`${origin}/post`, { json: { text } }),
  ({ session, origin }, text) => session.get(`${origin}/redirect`, { params: text, headers: { 'X-Once': 'a' } }),
  ({ session, origin }, text) => session.post(`${origin}/keep`, { data: text }),
  ({ session, origin }, text) =>
    session.get(`${origin}/away`, { params: text, auth: ['user', 'pw'], cookies: { own: '1' } }),
  ({ session, origin }) => session.get(`${origin}/cookie?xx`),
  ({ session, origin }) => session.get(`${origin}/cut`),
  ({ session, origin }) => session.get(`${origin}/challenge`, { auth: ['user', 'pw'] }),
  async ({ session, origin }) => (await session.get(`${origin}/get`, { stream: true })).close(),
  ({ session, origin }, text) =>
    assert.rejects(session.post(`${origin}/post`, { signal: AbortSignal.abort(), data: text })),
];
/** Steps that change the session and send nothing. */
const CHANGES: readonly ((session: Session, text: string) => unknown)[] = [
  (session) => session.close(),
  (session, text) => session.headers.set('X-State', text.replace(/[^a-z]/g, '')),
  (session) => Object.assign(session, { auth: session.auth ? null : ['session', 'pw'] }),
  (session) => Object.assign(session, { params: { s: '1' } }),
  (session) => Object.assign(session, { verify: session.verify !== true }),
  (session) => Object.assign(session, { proxies: session.proxies.http ? {} : proxies('') }),
  (session) => Object.assign(session, { proxies: proxies('user:pw@') }),
  (session) => session.cookies?.set('mine', '1'),
];
const KINDS = [...SENDS, ...CHANGES];

const proxies = (user: string): Proxies => ({ http: `http://${user}127.0.0.1:${ports[2]}` });

/** What the servers saw of a step, and how it ended. */
async function outcome(world: World, send: (typeof SENDS)[number], text: string): Promise<unknown> {
  seen = [];
  let end: unknown = 'done';
  try {
    const response = (await send(world, text)) as { statusCode: number; text: string; url: string } | undefined;
    if (response) end = [response.statusCode, response.text, response.url];
  } catch (error) {
    end = expectOurs(error).name;
  }
  return [end, seen];
}

/** A session in the same state that has never sent anything. */
function fresh({ session, origin }: World): World {
  const copy = new Session({
    trustEnv: false,
    proxies: { ...session.proxies },
    auth: session.auth,
    params: session.params,
    verify: session.verify,
  });
  copy.headers = session.headers.copy();
  copy.cookies = (session.cookies as RequestsCookieJar).copy();
  return { session: copy, origin };
}

export const sequencesTarget: Target<Input> = {
  name: 'sequences',
  holds: '[A06] [A13] [E05] [O01] sends from a session with a past what a fresh one in the same state sends',
  tokens: ['a', 'é', ' ', '&', '='],
  runs: 60,
  inputs: fc.record({
    steps: fc.array(fc.record({ kind: choice(KINDS), text: fc.string({ maxLength: 6 }) }), {
      minLength: 2,
      maxLength: 12,
    }),
  }),
  async start() {
    for (const name of ['first', 'second', 'proxy']) {
      const server = createServer(answer(name)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push(server);
    }
    ports = servers.map((server) => (server.address() as AddressInfo).port);
    return async () => {
      for (const server of servers.splice(0)) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    };
  },
  async run({ steps }) {
    const jar = new RequestsCookieJar();
    const world: World = {
      session: new Session({ trustEnv: false, cookies: jar }),
      origin: `http://127.0.0.1:${ports[0]}`,
    };
    try {
      for (const { kind, text } of steps.slice(0, 20)) {
        const at = KINDS.indexOf(chosen<unknown>(KINDS, kind) as never);
        if (at >= SENDS.length) {
          await CHANGES[at - SENDS.length]!(world.session, text);
          continue;
        }
        const other = fresh(world);
        const expected = await outcome(other, SENDS[at]!, text);
        await other.session.close();
        assert.deepEqual(await outcome(world, SENDS[at]!, text), expected);
      }
    } finally {
      await world.session.close();
    }
  },
};
