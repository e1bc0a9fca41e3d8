import {
  type BaseAdapter,
  type CookieStore,
  type PreparedRequest,
  type Response,
  type SendOptions,
  WrapperAdapter,
} from '@requests-ts/core';
import { isCookieStore } from '@requests-ts/core/authors';
import { RequestsCookieJar } from './cookie-jar.ts';
import { cookieUrl } from './cookie-target.ts';

/**
 * Gives the requests of one mount a jar of their own: `session.mount('https://api.example/', new CookieJarAdapter(new HTTPAdapter(), jar))`.
 *
 * The jar's cookies are added to those that the request has; of equal names the request's one is sent. What responses set is stored, redirects
 * included. The session's own jar, if it has one, sees the same responses: give the session `cookies: null` to keep jars apart.
 */
export class CookieJarAdapter extends WrapperAdapter {
  readonly jar: CookieStore;

  /** @throws TypeError for what is no jar. */
  constructor(inner: BaseAdapter, jar: CookieStore = new RequestsCookieJar()) {
    super(inner);
    if (!isCookieStore(jar))
      throw new TypeError('CookieJarAdapter needs a cookie jar: new CookieJarAdapter(inner, new RequestsCookieJar())');
    this.jar = jar;
  }

  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const url = cookieUrl(request);
    const response = await this.inner.send(this.#withCookies(request, url), options);
    const lines = response.headers.getSetCookie();
    if (lines.length > 0) this.jar.storeSetCookie(url, lines);
    return response;
  }

  /** A copy with the header; the request itself when there is nothing to add. */
  #withCookies(request: PreparedRequest, url: string): PreparedRequest {
    if (this.jar.size === 0) return request;
    const header = joinCookies(request.headers.get('Cookie'), this.jar.getCookieHeader(url));
    if (header === undefined) return request;
    const copy = request.copy();
    copy.headers.set('Cookie', header);
    return copy;
  }
}

/** @returns undefined when `more` adds nothing. */
function joinCookies(present: string | undefined, more: string | undefined): string | undefined {
  if (!present || more === undefined) return more;
  const names = new Set(present.split(';').map(nameOf));
  const added = more.split('; ').filter((pair) => !names.has(nameOf(pair)));
  return added.length === 0 ? undefined : [present, ...added].join('; ');
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0]!.trim();
}
