/** Redirects and pagination. */
import type { Exchange } from './exchange.ts';
import { any, get, type Route } from './router.ts';

function hop(exchange: Exchange, kind: 'relative' | 'absolute'): Promise<void> {
  const left = exchange.number(exchange.params.n, 1, 10_000);
  if (left === 0) return exchange.redirect(kind === 'absolute' ? `${exchange.origin}/get` : '/get');
  const path = left === 1 ? '/get' : `/${kind}-redirect/${left - 1}`;
  return exchange.redirect(kind === 'absolute' ? exchange.origin + path : path);
}

/** `?url=` and `?status_code=`, from the query or from the fields of a form. */
async function redirectTo(exchange: Exchange): Promise<void> {
  const isForm = exchange.request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const fields = isForm ? new URLSearchParams((await exchange.body()).toString('utf8')) : exchange.query;
  const status = exchange.number(fields.get('status_code'), 302);
  // In bytes, so that a test can redirect to a URL that is not ASCII.
  const location = Buffer.from(fields.get('url') ?? '/get', 'utf8').toString('latin1');
  return exchange.redirect(location, status >= 300 && status < 400 ? status : 302);
}

/** A page of links to the other pages, httpbin's way. */
function links(exchange: Exchange): Promise<void> {
  const count = exchange.number(exchange.params.n, 1, 200, 1);
  const current = exchange.number(exchange.params.offset, 0);
  const items = Array.from({ length: count }, (_, i) =>
    i === current ? `${i}` : `<a href='/links/${count}/${i}'>${i}</a>`,
  );
  return exchange.html(`<html><head><title>Links</title></head><body>${items.join(' ')}</body></html>`);
}

/** Page `?page=` of n with `?per_page=` items, and `Link` headers as GitHub writes them (RFC 8288). */
function linkHeader(exchange: Exchange): Promise<void> {
  const pages = exchange.number(exchange.params.n, 1, 1000, 1);
  const perPage = exchange.number(exchange.query.get('per_page'), 2, 100, 1);
  const page = exchange.number(exchange.query.get('page'), 1, pages, 1);
  const link = (to: number, rel: string): string =>
    `<${exchange.origin}/link-header/${pages}?page=${to}&per_page=${perPage}>; rel="${rel}"`;
  const rels = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < pages ? [link(page + 1, 'next'), link(pages, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  const items = Array.from({ length: perPage }, (_, i) => ({ id: (page - 1) * perPage + i + 1 }));
  return exchange.json(items, 200, rels.length > 0 ? { Link: rels.join(', ') } : {});
}

export const redirectRoutes: readonly Route[] = [
  get('/redirect/:n', (exchange) => hop(exchange, exchange.query.get('absolute') === 'true' ? 'absolute' : 'relative')),
  get('/relative-redirect/:n', (exchange) => hop(exchange, 'relative')),
  get('/absolute-redirect/:n', (exchange) => hop(exchange, 'absolute')),
  any('/redirect-to', redirectTo),
  get('/links/:n', (exchange) => exchange.redirect(`/links/${exchange.params.n}/0`)),
  get('/links/:n/:offset', links),
  get('/link-header/:n', linkHeader),
];
