import type { Exchange } from './exchange.ts';

export type Handler = (exchange: Exchange) => Promise<void>;

/** A path and who answers it: `:name` is one segment, a final `*` is anything. GET answers HEAD too; null is every method. */
export interface Route {
  readonly methods: readonly string[] | null;
  readonly path: string;
  readonly handle: Handler;
  /** Reads the request body itself, while it arrives; the others find it complete. */
  readonly streams?: boolean;
}

const ANY = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE'];

/** A route that only answers GET (and so HEAD). */
export function get(path: string, handle: Handler): Route {
  return { methods: ['GET'], path, handle };
}

/** A route that answers every method. */
export function any(path: string, handle: Handler): Route {
  return { methods: null, path, handle };
}

/** Finds the route and answers: 404 for an unknown path, 405 with `Allow` for a wrong method, 200 with `Allow` for OPTIONS. */
export function createRouter(routes: readonly Route[]): Handler {
  const table = routes.map((route) => ({ ...route, pattern: compile(route.path) }));
  return async (exchange) => {
    const matches = table.filter(({ pattern }) => pattern.test(exchange.path));
    if (matches.length === 0)
      return exchange.html('<!doctype html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n', 404);
    const { method } = exchange;
    const route = matches.find(
      ({ methods }) => methods === null || methods.includes(method) || (method === 'HEAD' && methods.includes('GET')),
    );
    if (route && (method !== 'OPTIONS' || route.methods?.includes('OPTIONS'))) {
      const groups = route.pattern.exec(exchange.path)?.groups ?? {};
      exchange.params = Object.fromEntries(Object.entries(groups).map(([name, text]) => [name, decode(text)]));
      if (!route.streams) await exchange.body();
      return route.handle(exchange);
    }
    await exchange.body();
    const Allow = allowed(matches);
    if (method === 'OPTIONS') return exchange.reply(200, { 'Content-Type': 'text/html; charset=utf-8', Allow });
    return exchange.html('<!doctype html>\n<title>405 Method Not Allowed</title>\n<h1>Method Not Allowed</h1>\n', 405, {
      Allow,
    });
  };
}

function allowed(routes: readonly Route[]): string {
  const names = new Set(['OPTIONS']);
  for (const name of routes.flatMap(({ methods }) => methods ?? ANY)) {
    names.add(name);
    if (name === 'GET') names.add('HEAD');
  }
  return [...names].sort().join(', ');
}

function compile(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) => {
      if (segment === '*') return '(?<rest>.*)';
      return segment.startsWith(':') ? `(?<${segment.slice(1)}>[^/]*)` : segment.replaceAll('.', '\\.');
    })
    .join('/');
  return new RegExp(`^${source}$`);
}

function decode(text: string | undefined): string {
  try {
    return decodeURIComponent(text ?? '');
  } catch {
    return text ?? '';
  }
}
