import { asciiUpper, printable } from './ascii.ts';
import type { Auth, AuthBase } from './auth.ts';
import { basicAuthorization, HTTPBasicAuth } from './auth.ts';
import { type Body, bodyPosition, type Data, type EncodeFiles, encodeBody, isStreamBody, superLen } from './body.ts';
import { type CookieStore, type CookiesInit, type CookiesMapping, isCookieStore } from './cookies.ts';
import { InvalidHeader, RequestException } from './exceptions.ts';
import { encodeMultipart, hasFiles, isFormData } from './files.ts';
import { encodeParams, type Params } from './form.ts';
import { Headers, type HeadersInit } from './headers.ts';
import { defaultHooks, deregisterHook, type Hook, type Hooks, type HooksInit, registerHook, toHooks } from './hooks.ts';
import { hide, printAs } from './inspect.ts';
import { missingPackage } from './missing-package.ts';
import { isEmpty, own } from './options.ts';
import {
  formatUrl,
  invalidUrl,
  isHostWithPort,
  isOpaque,
  prepareUrl,
  redactUrl,
  type SplitUrl,
  splitUserinfo,
} from './url.ts';

/** An auth object that answers challenges. */
export type FlowAuth = Required<Pick<AuthBase, 'authFlow'>>;

/** What a request is prepared from. */
export interface PrepareFields {
  readonly method: string;
  readonly url: string | URL;
  readonly headers?: HeadersInit | null | undefined;
  readonly files?: unknown;
  readonly data?: Data | undefined;
  readonly params?: Params | undefined;
  readonly auth?: Auth | false | null | undefined;
  readonly cookies?: CookiesInit | null | undefined;
  readonly hooks?: HooksInit | null | undefined;
  readonly json?: unknown;
  /** The jar that makes one from a mapping of cookies. */
  readonly jar?: CookieStore | null | undefined;
  readonly encodeFiles?: EncodeFiles | null | undefined;
}

const BRAND: unique symbol = Symbol.for('@requests-ts/core:PreparedRequest');
const FRAMING = new Set(['content-length', 'transfer-encoding']);
const USUAL_METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,32}$/;

/**
 * Exactly what will go on the wire (Requests: "Prepared Requests"). It may be changed by hand until it is sent.
 *
 * Assigning `body` sets `Content-Length` anew unless that header was written by hand.
 */
export class PreparedRequest {
  /** An upper-case token, "" before it is prepared. */
  method: string = '';
  headers: Headers = new Headers();
  hooks: Hooks = defaultHooks();
  /**
   * The auth whose flow the session runs when the request is sent; one-step auths have done their work already. False: the caller wants none, not
   * even that of netrc after a redirect.
   */
  auth: FlowAuth | false | null = null;
  /** Cookies of this request alone; the session's are added when it is sent. */
  cookies: CookieStore | null = null;
  /** Where the body stood before it was sent, so that it can be sent again. */
  bodyPosition: number | 'failed' | null = null;
  /** Set while an async auth is still signing; `Session.send` waits for it. */
  pending: Promise<void> | null = null;

  #credentials: Set<string> | null = null;
  #url = '';
  #split: SplitUrl | null = null;
  #body: Body | null = null;
  /** The Content-Length that we wrote; another one in `headers` is the caller's. */
  #ownLength: string | undefined = undefined;
  /** The Cookie header that we wrote; another one is the caller's. */
  #ownCookie: string | undefined = undefined;

  /** Names, in lower case, of the headers that an auth wrote: dropped when a redirect leaves the origin. */
  get credentials(): Set<string> {
    this.#credentials ??= new Set();
    return this.#credentials;
  }

  /** Absolute, fragment included; "" before it is prepared. */
  get url(): string {
    return this.#url;
  }

  set url(url: string) {
    this.#url = url;
    this.#split = null;
  }

  /** The URL in parts, split once. @throws InvalidURL, MissingSchema for a URL that no http adapter can request. */
  get split(): SplitUrl {
    if (!this.#split) {
      if (isOpaque(this.#url)) throw invalidUrl(this.#url, 'not an http(s) URL', this);
      this.#split = prepareUrl(this.#url);
    }
    return this.#split;
  }

  /** Path and query, "/" at least: what goes into the request line. */
  get pathUrl(): string {
    const { path, query } = this.split;
    return query === '' ? path : `${path}?${query}`;
  }

  get body(): Body | null {
    return this.#body;
  }

  set body(body: Body | null) {
    this.#body = body;
    this.bodyPosition = bodyPosition(body);
    if (this.headers.get('content-length') === this.#ownLength) this.prepareContentLength(body);
  }

  /** Runs every step in order; auth is last, so that it signs a finished request. */
  prepare(given: PrepareFields): this {
    const fields = own(given);
    this.prepareMethod(fields.method);
    this.prepareUrl(fields.url, fields.params);
    this.prepareHeaders(fields.headers);
    this.prepareCookies(fields.cookies, fields.jar);
    this.prepareBody(fields.data, fields.files, fields.json, fields.encodeFiles);
    this.prepareAuth(fields.auth);
    this.prepareHooks(fields.hooks);
    return this;
  }

  /** @throws TypeError for what is no token of at most 32 characters (RFC 9110 §9.1), and for CONNECT, which belongs to proxies. */
  prepareMethod(method: string): void {
    if (USUAL_METHODS.has(method)) {
      this.method = method;
      return;
    }
    const name = typeof method === 'string' ? asciiUpper(method) : method;
    if (typeof name !== 'string' || !METHOD.test(name))
      throw new TypeError(`Invalid method ${printable(JSON.stringify(method) ?? String(method))}: must be a token`);
    if (name === 'CONNECT') throw new TypeError('Invalid method CONNECT: the proxies option opens tunnels');
    this.method = name;
  }

  /** @throws MissingSchema, InvalidURL; TypeError for bad params. */
  prepareUrl(url: string | URL, params?: Params): void {
    const text = String(url instanceof URL ? url.href : url).trimStart();
    if (isOpaque(text)) this.url = text;
    else {
      const split = prepareUrl(text, encodeParams(params));
      this.#url = formatUrl(split);
      this.#split = split;
    }
  }

  /** @throws InvalidHeader */
  prepareHeaders(headers?: HeadersInit | null): void {
    this.headers = headers instanceof Headers ? headers.copy() : new Headers(headers);
    const host = this.headers.get('host');
    if (host !== undefined && !isHostWithPort(host))
      throw new InvalidHeader("Invalid value of header 'Host': must be host or host:port");
  }

  /**
   * Makes the `Cookie` header from the cookies of this request and those of the jar. A header that is there already wins, as in Requests.
   *
   * @param cookies A mapping belongs to the host of this request alone.
   */
  prepareCookies(cookies?: CookiesInit | null, jar?: CookieStore | null): void {
    const given =
      cookies instanceof Map
        ? (Object.fromEntries(cookies) as CookiesMapping)
        : (cookies as CookiesMapping | CookieStore);
    if (given && isCookieStore(given)) this.cookies = given;
    else if (given && !isEmpty(own(given, 'cookies'))) {
      if (!jar) {
        throw missingPackage('cookies', '@requests-ts/cookie-jar', 'session.cookies = new RequestsCookieJar()');
      }
      this.cookies = jar.from(given, this.cookieUrl);
    }
    this.#writeCookies(jar ?? this.cookies);
  }

  /** Makes the `Cookie` header anew unless the caller wrote it: for the next step of an auth flow, after a response set cookies. */
  refreshCookies(jar: CookieStore | null): void {
    if (this.headers.get('cookie') !== this.#ownCookie) return;
    this.headers.delete('cookie');
    this.#writeCookies(jar ?? this.cookies);
  }

  #writeCookies(jar: CookieStore | null): void {
    if (!jar || (jar.size === 0 && !this.cookies?.size) || this.headers.has('cookie')) return;
    this.#ownCookie = jar.getCookieHeader(this.cookieUrl, jar === this.cookies ? null : this.cookies);
    if (this.#ownCookie !== undefined) this.headers.set('Cookie', this.#ownCookie);
  }

  /** Cookies follow a `Host` that the caller wrote, for this request (Requests does the same). */
  get cookieUrl(): string {
    const host = this.headers.get('host');
    if (host === undefined || isOpaque(this.#url)) return this.#url;
    return `${this.split.scheme}://${host}${this.pathUrl}`;
  }

  /** @throws InvalidJSONError, TypeError */
  prepareBody(data?: Data, files?: unknown, json?: unknown, encodeFiles?: EncodeFiles | null): void {
    const { body, contentType } =
      hasFiles(files) || isFormData(data) ? encodeMultipart(data, files, encodeFiles) : this.#encode(data, json);
    this.#body = body;
    this.bodyPosition = bodyPosition(body);
    this.prepareContentLength(body);
    if (contentType !== null && !this.headers.has('content-type')) this.headers.set('Content-Type', contentType);
  }

  #encode(data: Data | undefined, json: unknown): ReturnType<typeof encodeBody> {
    try {
      return encodeBody(data, json);
    } catch (error) {
      if (error instanceof RequestException) error.request = this;
      throw error;
    }
  }

  /** Writes the one framing header that the body needs: a length where it is known, chunked otherwise (RFC 9112 §6). */
  prepareContentLength(body: Body | null): void {
    const { headers, method } = this;
    const written = headers.get('content-length');
    const byHand = written !== undefined && written !== this.#ownLength;
    // Undefined: none is needed, or nobody knows it.
    const none = body === null ? method === 'GET' || method === 'HEAD' : isStreamBody(body);
    const length = superLen(body) || (none ? undefined : 0);
    const sized = body !== null && length !== undefined;
    if (body === null || sized || byHand) headers.delete('transfer-encoding');
    else headers.set('Transfer-Encoding', 'chunked');
    if (sized || !byHand) this.#setLength(length);
  }

  #setLength(length: number | undefined): void {
    this.#ownLength = length === undefined ? undefined : String(length);
    if (this.#ownLength === undefined) this.headers.delete('content-length');
    else this.headers.set('Content-Length', this.#ownLength);
  }

  /**
   * Signs the request. Without `auth`, credentials in the URL are used for Basic (Requests: `get_auth_from_url`).
   *
   * @throws TypeError for what is no auth, and when an auth returns something else than a request.
   */
  prepareAuth(auth?: Auth | false | null): void {
    if (auth === false) this.auth = false;
    const given = auth ?? this.#authFromUrl();
    if (given === null || given === false) return;
    if (Array.isArray(given)) {
      const [user, password] = given as readonly unknown[];
      if (given.length !== 2 || typeof user !== 'string' || typeof password !== 'string') throw notAuth();
      // No credential that has to be remembered: under this name none reaches another origin.
      this.headers.set('Authorization', basicAuthorization(user, password));
      return;
    }
    const signer = given as Exclude<Auth, readonly [string, string]>;
    if (typeof signer !== 'function' && typeof signer.authenticate !== 'function') throw notAuth();
    if (typeof signer === 'object' && signer.authFlow) {
      this.auth = signer as FlowAuth;
      return;
    }
    const before = this.headers.copy();
    const signed = typeof signer === 'function' ? signer(this) : signer.authenticate(this);
    if (!(signed instanceof Promise)) this.#takeOver(signed, before);
    else {
      this.pending = signed.then((request) => {
        this.#takeOver(request, before);
        this.pending = null;
      });
      // A request that is never sent must not crash the process; `send` awaits `pending` and sees the error.
      this.pending.catch(() => {});
    }
  }

  #authFromUrl(): Auth | null {
    if (!this.#url.includes('@') || isOpaque(this.#url)) return null;
    const [user, password] = splitUserinfo(this.split.userinfo);
    return user === '' && password === '' ? null : new HTTPBasicAuth(utf8OrLatin1(user), utf8OrLatin1(password));
  }

  #takeOver(signed: PreparedRequest, before: Headers): void {
    if (!(signed instanceof PreparedRequest)) throw new TypeError('auth must return a PreparedRequest');
    if (signed !== this) {
      this.method = signed.method;
      this.url = signed.url;
      this.headers = signed.headers;
      this.hooks = signed.hooks;
    }
    this.#body = signed.body;
    this.prepareContentLength(this.#body);
    for (const [name, value] of this.headers.lowerItems()) {
      if (before.get(name) !== value && !FRAMING.has(name)) this.credentials.add(name);
    }
  }

  prepareHooks(hooks?: HooksInit | null): void {
    // Hooks that an auth registered come first.
    this.hooks.response.push(...toHooks(hooks).response);
  }

  /** Adds one hook or several. @throws TypeError for an unknown event. */
  registerHook(event: string, hook: Hook | readonly Hook[]): void {
    registerHook(this.hooks, event, hook);
  }

  /** True when the hook was registered. @throws TypeError for an unknown event. */
  deregisterHook(event: string, hook: Hook): boolean {
    return deregisterHook(this.hooks, event, hook);
  }

  /** The same request with headers of its own; body and hooks are shared. */
  copy(): PreparedRequest {
    const copy = new PreparedRequest();
    copy.method = this.method;
    copy.#url = this.#url;
    copy.#split = this.#split;
    copy.headers = this.headers.copy();
    copy.hooks = this.hooks;
    copy.auth = this.auth;
    copy.cookies = this.cookies?.copy() ?? null;
    copy.bodyPosition = this.bodyPosition;
    copy.#body = this.#body;
    copy.#ownLength = this.#ownLength;
    copy.#ownCookie = this.#ownCookie;
    if (this.#credentials) copy.#credentials = new Set(this.#credentials);
    if (this.pending) {
      copy.pending = this.pending.then(() => {
        copy.#takeOver(this.copy(), copy.headers.copy());
        copy.pending = null;
      });
      copy.pending.catch(() => {});
    }
    return copy;
  }

  /** What loggers see: no query, no body, no credentials. */
  toJSON(): { method: string; url: string; headers: Record<string, string> } {
    return { method: this.method, url: redactUrl(this.#url), headers: this.headers.toJSON() };
  }

  toString(): string {
    return `<PreparedRequest [${this.method}]>`;
  }

  get [Symbol.toStringTag](): string {
    return 'PreparedRequest';
  }

  static {
    printAs(this);
    hide(this.prototype, BRAND, true);
  }

  /** Structural, so that a request prepared by another installed copy of this package is recognised. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: true })[BRAND] === true;
  }
}

function notAuth(): TypeError {
  return new TypeError('auth must be [user, password], an object with authenticate(request), or a function');
}

/** Credentials from a URL were percent-decoded as UTF-8; what ISO-8859-1 cannot hold goes out as these very bytes. */
function utf8OrLatin1(text: string): string | Uint8Array {
  return /[^\x00-\xff]/.test(text) ? new TextEncoder().encode(text) : text;
}

/** `GET https://host/path`: what messages may say about a request. */
export function describeRequest(request: { readonly method: string; readonly url: string }): string {
  return `${request.method} ${redactUrl(request.url)}`;
}
