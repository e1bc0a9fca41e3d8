import type { Exchange } from './exchange.ts';
import { get, type Route } from './router.ts';

/** What the `Cookie` header holds; the first of two cookies with one name wins, as it is the more specific one (RFC 6265 §5.4). */
function received({ request }: Exchange): Record<string, string> {
  const cookies: Record<string, string> = Object.create(null);
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, equals)).trim();
    if (name !== '' && !(name in cookies))
      cookies[name] = pair
        .slice(equals + 1)
        .trim()
        .replace(/^"(.*)"$/, '$1');
  }
  return cookies;
}

function set(exchange: Exchange, cookies: Iterable<readonly [string, string]>): Promise<void> {
  const flags = exchange.secure ? '; Secure; Path=/' : '; Path=/';
  return exchange.redirect('/cookies', 302, {
    'Set-Cookie': Array.from(cookies, ([name, value]) => `${name}=${value}${flags}`),
  });
}

function remove(exchange: Exchange): Promise<void> {
  const names = [...exchange.query.keys()];
  const lines = names.map((name) => `${name}=; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; Path=/`);
  return exchange.redirect('/cookies', 302, { 'Set-Cookie': lines });
}

export const cookieRoutes: readonly Route[] = [
  get('/cookies', (exchange) => exchange.json({ cookies: received(exchange) })),
  get('/cookies/set', (exchange) => set(exchange, exchange.query)),
  get('/cookies/set/:name/:value', (exchange) => set(exchange, [[exchange.params.name!, exchange.params.value!]])),
  get('/cookies/delete', remove),
];
