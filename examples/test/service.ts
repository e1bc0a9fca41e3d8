import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Listener, listen } from '@requests-ts/testing';

const FILE = Buffer.alloc(1_000_000, 'engine ');
const ETAG = '"first edition"';
const REPOSITORIES = ['engine', 'notes', 'loom', 'cards', 'mill'];

/** The services that the examples ask for more than httpbin has: pages, tokens, a file in parts, a form, events. */
export async function startService(): Promise<Listener & { readonly url: string }> {
  let tokens = 0;
  let uses = 0;
  let downloads = 0;
  let searches = 0;

  const routes: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse, url: URL) => void>> = {
    'GET /orgs/analytical/repos': (request, response, url) => {
      const page = Number(url.searchParams.get('page') ?? 1);
      const size = Number(url.searchParams.get('per_page'));
      const start = (page - 1) * size;
      const next = new URL(`?per_page=${size}&page=${page + 1}`, `http://${request.headers.host}${url.pathname}`);
      const links = start + size < REPOSITORIES.length ? { Link: `<${next}>; rel="next"` } : {};
      response.writeHead(200, { 'Content-Type': 'application/json', ...links });
      response.end(JSON.stringify(REPOSITORIES.slice(start, start + size).map((name) => ({ name }))));
    },
    'POST /oauth/token': (request, response) => {
      const known = request.headers.authorization === `Basic ${btoa('client-id:client-secret')}`;
      uses = 0;
      json(response, known ? 200 : 401, known ? { access_token: `token-${++tokens}` } : {});
    },
    // A token is good for two requests.
    'GET /api/me': (request, response) => {
      const good = request.headers.authorization === `Bearer token-${tokens}` && ++uses <= 2;
      json(response, good ? 200 : 401, good ? { user: 'ada' } : {});
    },
    // The first answer breaks off in the middle.
    'GET /files/engine.bin': ({ headers }, response) => {
      const start = headers['if-range'] === ETAG ? Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0) : 0;
      const rest = FILE.subarray(start);
      const range = start > 0 ? { 'Content-Range': `bytes ${start}-${FILE.length - 1}/${FILE.length}` } : {};
      response.writeHead(start > 0 ? 206 : 200, { ETag: ETAG, 'Content-Length': rest.length, ...range });
      if (++downloads > 1) response.end(rest);
      else response.write(rest.subarray(0, 420_000), () => response.destroy());
    },
    'GET /login': (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': 'visit=1; HttpOnly; Path=/' });
      response.end('<form method="post"><input type="hidden" name="csrf" value="t0ken"></form>');
    },
    'POST /login': async (request, response) => {
      const fields = new URLSearchParams(await text(request));
      const good =
        fields.get('csrf') === 't0ken' && fields.get('password') === 'engine' && cookies(request).has('visit=1');
      response.writeHead(good ? 303 : 403, { Location: '/', 'Set-Cookie': 'login=ada; HttpOnly; Path=/' }).end();
    },
    'GET /': (_request, response) => response.end('<h1>Welcome</h1>'),
    'GET /orders': (request, response) =>
      response.end(cookies(request).has('login=ada') ? '<h1>Orders of ada</h1>' : '<h1>Please log in</h1>'),
    'GET /events': (_request, response) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' });
      response.write(
        ': welcome\n\ndata: {"cards": 1}\n\nevent: progress\ndata: {"cards":\ndata: 2}\n\nevent: done\ndata: null\n\n',
      );
    },
    'GET /flaky/search': (_request, response, url) => {
      const ready = ++searches > 1;
      json(response, ready ? 200 : 503, ready ? { found: [url.searchParams.get('q')] } : {});
    },
  };

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://service.example');
    const route = routes[`${request.method} ${url.pathname}`];
    if (route) route(request, response, url);
    else json(response, 404, {});
  });
  const listener = await listen(server);
  return Object.assign(listener, { url: `http://127.0.0.1:${listener.port}` });
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

function cookies({ headers }: IncomingMessage): Set<string> {
  return new Set(headers.cookie?.split('; '));
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks = await request.toArray();
  return Buffer.concat(chunks).toString();
}
