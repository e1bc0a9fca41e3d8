import type { PreparedRequest, Request, SessionInit } from '@requests-ts/core';
import { prepareUrl, resolveUrl, splitReference } from '@requests-ts/core/authors';
import { Session } from './session.ts';

/**
 * A session for one service, whose URLs are written from a base on (requests-toolbelt: `BaseUrlSession`).
 *
 *     const api = new BaseUrlSession('https://api.example/v2/', { auth: ['user', 'password'] });
 *     await api.get('items/7'); // https://api.example/v2/items/7
 *
 * URLs are resolved as a browser does (RFC 3986 §5): `/items` starts at the root, `?page=2` is about the base itself, a base without a slash
 * at its end loses its last segment, and an absolute URL stays as it is. What somebody else wrote can thus lead elsewhere, and takes the
 * session's auth there: escape it with `encodeURIComponent`.
 */
export class BaseUrlSession extends Session {
  /** May be replaced at any time. */
  baseUrl: string;

  /**
   * @param init As for `Session`.
   * @throws MissingSchema, InvalidURL for a base that is no absolute URL; TypeError for an unknown attribute.
   */
  constructor(baseUrl: string | URL, init: SessionInit = {}) {
    super(init);
    this.baseUrl = String(baseUrl);
    if (splitReference(this.baseUrl).authority === undefined) prepareUrl(this.baseUrl);
  }

  /** The URL that a call with `url` requests. */
  createUrl(url: string | URL): string {
    return resolveUrl(this.baseUrl, String(url));
  }

  override prepareRequest(request: Request): PreparedRequest {
    const resolved: Request = Object.create(Object.getPrototypeOf(request));
    return super.prepareRequest(Object.assign(resolved, request, { url: this.createUrl(request.url) }));
  }
}
