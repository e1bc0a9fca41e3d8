import { abortable } from './abort.ts';
import type { BaseAdapter, Cert, Proxies, SendOptions, Verify } from './adapter.ts';
import { AdapterMap } from './adapter-map.ts';
import type { Auth } from './auth.ts';
import { basicAuthorization } from './auth.ts';
import type { EncodeFiles } from './body.ts';
import type { CookieStore } from './cookies.ts';
import { defaultHeaders } from './default-headers.ts';
import type { DetectEncoding } from './encoding.ts';
import type { Environment } from './environment.ts';
import { InvalidSchema } from './exceptions.ts';
import type { Params } from './form.ts';
import { Headers, type HeadersInit, mergeHeaders } from './headers.ts';
import { defaultHooks, type Hooks, toHooks } from './hooks.ts';
import { createCall, exchange, followRedirects, nextRequest } from './hops.ts';
import { printAs } from './inspect.ts';
import { checkVerify, mergeHooks, mergeParams, mergeProxies, mergeVerify } from './merge.ts';
import { own, readOptions } from './options.ts';
import { PreparedRequest } from './prepared-request.ts';
import { selectProxy } from './proxies.ts';
import {
  getRedirectTarget,
  type RedirectPolicy,
  redirectMethod,
  shouldStripAuth,
  stripCredentials,
} from './redirect.ts';
import { fill, REQUEST_KEYS, Request } from './request.ts';
import type { Response } from './response.ts';
import {
  CallSettings,
  type EnvironmentSettings,
  type RequestOptions,
  type ResolvedSettings,
  type SessionInit,
  type SessionSendOptions,
} from './session-options.ts';
import type { Timeout } from './timeout.ts';
import { getAuthFromUrl, prepareUrl, redactUrl } from './url.ts';
import { emitWarning } from './warnings.ts';

const SEND_KEYS = ['stream', 'timeout', 'verify', 'cert', 'proxies', 'signal', 'allowRedirects'] as const;
const OPTION_KEYS: readonly (keyof RequestOptions)[] = [...REQUEST_KEYS, ...SEND_KEYS];

/**
 * Settings, cookies and connections that several requests share (Requests: "Session Objects").
 *
 * Every attribute may be replaced at any time. `auth`, and secrets in `headers`, go to the first URL of every call, whatever its host: for one
 * service only, mount an adapter on its prefix, closed by a slash, or use a session of its own.
 */
export class Session {
  /** By URL prefix, the longest first. */
  readonly adapters: AdapterMap = new AdapterMap();
  auth: Auth | null = null;
  /** An explicit value wins over the environment. */
  proxies: Proxies = {};
  hooks: Hooks = defaultHooks();
  /** Merged into the query of every request. */
  params: Params = {};
  stream: boolean = false;
  /** An explicit value wins over the environment. Only false turns verification off. */
  verify: Verify = true;
  cert: Cert | null = null;
  /** In seconds, for calls that give none; null waits for ever, as Requests does. */
  timeout: Timeout = null;
  maxRedirects: number = 30;
  redirectPolicy: RedirectPolicy = {};
  /** False asks the environment nothing: no proxies, no CA bundle, no netrc. */
  trustEnv: boolean = true;
  /** Charset of `text/*` without one. */
  defaultEncoding: string = 'ISO-8859-1';
  /** The jar; null keeps no cookies. */
  cookies: CookieStore | null = null;
  environment: Environment | null = null;
  /** What makes `files:` a body. */
  encodeFiles: EncodeFiles | null = null;
  /** What guesses the charset of a text without one. */
  detectEncoding: DetectEncoding | null = null;
  #headers: Headers = defaultHeaders();
  /** The URL that was prepared last: its settings are asked for next. */
  #latest: Pick<PreparedRequest, 'url' | 'split'> | null = null;

  /** With these attributes over the defaults. @throws TypeError for an unknown attribute. */
  constructor(init: SessionInit = {}) {
    // Every field is an attribute that can be given; those of subclasses are not there yet.
    const keys = ['headers', ...Object.keys(this)] as (keyof SessionInit)[];
    const { headers, hooks, adapters, ...rest } = readOptions<SessionInit>(init, keys, 'Session');
    for (const [key, value] of Object.entries(rest)) if (value !== undefined) Object.assign(this, { [key]: value });
    if (headers) this.#headers.update(headers);
    if (hooks) this.hooks = toHooks(hooks);
    for (const [prefix, adapter] of Object.entries(adapters ?? {})) this.mount(prefix, adapter);
  }

  /** Sent with every request. A mapping may be assigned; null values are left out. */
  get headers(): Headers {
    return this.#headers;
  }

  set headers(headers: HeadersInit) {
    this.#headers = headers instanceof Headers ? headers : new Headers().update(headers);
  }

  /**
   * Prepares and sends a request; resolves for every status.
   *
   * @throws TypeError for an unknown option or a bad value; else an error of the tree in `exceptions`, or `signal.reason`.
   */
  request(method: string, url: string | URL, options?: RequestOptions): Promise<Response> {
    // Not async: the promise of `send` is the caller's, without another one around it.
    try {
      const given = readOptions<RequestOptions>(options, OPTION_KEYS, 'request');
      const prepared = this.prepareRequest(fill(new Request(method, url), given));
      const settings = this.mergeEnvironmentSettings(prepared.url, given);
      const { timeout = this.timeout, allowRedirects = true, signal } = given;
      return this.send(prepared, new CallSettings(settings, timeout, signal, allowRedirects));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Sends a GET request; see `request`. */
  get(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('GET', url, options);
  }

  /** Sends an OPTIONS request; see `request`. */
  options(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('OPTIONS', url, options);
  }

  /** Sends a HEAD request, and follows no redirects unless `allowRedirects` is true. */
  async head(url: string | URL, options?: RequestOptions): Promise<Response> {
    const { allowRedirects = false, ...rest } = readOptions<RequestOptions>(options, OPTION_KEYS, 'head');
    return this.request('HEAD', url, { ...rest, allowRedirects });
  }

  /** Sends a POST request; the body is `json`, `data` or `files` of the options. */
  post(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('POST', url, options);
  }

  /** Sends a PUT request; the body is `json`, `data` or `files` of the options. */
  put(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('PUT', url, options);
  }

  /** Sends a PATCH request; the body is `json`, `data` or `files` of the options. */
  patch(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('PATCH', url, options);
  }

  /** Sends a DELETE request; see `request`. */
  delete(url: string | URL, options?: RequestOptions): Promise<Response> {
    return this.request('DELETE', url, options);
  }

  /** The request with what this session adds: headers, params, auth (or netrc), cookies and hooks. Changes neither of the two. */
  prepareRequest(request: Request): PreparedRequest {
    const prepared = new PreparedRequest();
    prepared.prepareMethod(request.method);
    prepared.prepareUrl(request.url, mergeParams(this.params, request.params));
    this.#latest = hasWebScheme(prepared.url) ? { url: prepared.url, split: prepared.split } : null;
    prepared.prepareHeaders(mergeHeaders(this.#headers, request.headers));
    prepared.prepareCookies(request.cookies, this.cookies);
    prepared.prepareBody(request.data, request.files, request.json, this.encodeFiles);
    prepared.prepareAuth(request.auth ?? this.auth ?? this.#netrcAuth(prepared));
    const hooks = mergeHooks(this.hooks, request.hooks);
    if (hooks.response.length > 0) prepared.prepareHooks(hooks);
    return prepared;
  }

  get #trusted(): Environment | null {
    return this.trustEnv ? this.environment : null;
  }

  #netrcAuth(request: PreparedRequest): Auth | null {
    const environment = this.#trusted;
    return environment && hasWebScheme(request.url) ? environment.getAuth(request.split) : null;
  }

  /**
   * The settings of a call over those of the session and, for defaults only, the environment's (Requests: `merge_environment_settings`). Pass the
   * result to `send`.
   */
  mergeEnvironmentSettings(url: string, settings: EnvironmentSettings = {}): ResolvedSettings {
    const { proxies, stream, verify, cert } = own(settings);
    return {
      proxies: this.#mergeProxies(url, proxies),
      stream: stream ?? this.stream,
      verify: mergeVerify(this.verify, verify, this.#trusted),
      cert: cert ?? this.cert,
    };
  }

  #mergeProxies(url: string, proxies?: Proxies | null): Proxies {
    const environment = this.#trusted;
    const ours = own(this.proxies ?? {}, 'proxies');
    const given = proxies ? { ...ours, ...own(proxies, 'proxies') } : ours;
    if (!environment || !hasWebScheme(url)) return given;
    const split = this.#latest?.url === url ? this.#latest.split : prepareUrl(url);
    return mergeProxies(given, split, environment);
  }

  /**
   * Sends a prepared request as it stands. Absent settings are the session's; the CA bundle of the environment is not asked, its proxies are.
   *
   * @throws TypeError for what is no PreparedRequest.
   */
  async send(request: PreparedRequest, options: SessionSendOptions = {}): Promise<Response> {
    if (!(request instanceof PreparedRequest))
      throw new TypeError('You can only send PreparedRequests: session.prepareRequest(request) makes one');
    const given =
      options instanceof CallSettings ? options : readOptions<SessionSendOptions>(options, SEND_KEYS, 'send');
    const {
      stream = this.stream,
      timeout = this.timeout,
      verify = this.verify,
      cert = this.cert,
      signal,
      allowRedirects = true,
    } = given;
    const proxies = own(given.proxies ?? this.#mergeProxies(request.url), 'proxies');
    const call = createCall({ stream, timeout, verify: checkVerify(verify), cert, proxies, signal });
    if (request.pending) await abortable(request.pending, signal);
    let response = await exchange(this, request, call);
    try {
      const redirects = this.getRedirectTarget(response) !== null;
      if (redirects && !allowRedirects) {
        await this.#leave(response, request, proxies);
        return response;
      }
      if (redirects) for await (const next of followRedirects(this, request, response, call)) response = next;
      if (!stream && !response.loaded) await response.read();
    } catch (error) {
      await response.close();
      throw error;
    }
    return response;
  }

  /** A redirect that is not followed: its body is read, and when it is broken, `content` says so. */
  async #leave(response: Response, request: PreparedRequest, proxies: Proxies): Promise<void> {
    await response.read().catch(() => {});
    response.setNext(() => {
      const next = nextRequest(this, request, response, request.split.fragment);
      if (next) this.rebuildProxies(next, proxies);
      return next;
    });
  }

  /** Follows the redirects of a response step by step, for callers that want to see each. */
  resolveRedirects(
    response: Response,
    request: PreparedRequest,
    options: SendOptions = {},
  ): AsyncGenerator<Response, void, undefined> {
    return followRedirects(this, request, response, createCall(own(options)));
  }

  /** Where the response redirects to, or null. Override it to follow other statuses. */
  getRedirectTarget(response: Response): string | null {
    return getRedirectTarget(response);
  }

  /** Sets the method of the next request. */
  rebuildMethod(next: PreparedRequest, response: Response): void {
    next.method = redirectMethod(next.method, response.statusCode);
  }

  /** Drops credentials that must not follow, and takes those that netrc has for the new URL, as Requests does. */
  rebuildAuth(next: PreparedRequest, response: Response): void {
    const from = response.request;
    const leaves = !from || this.shouldStripAuth(from.url, next.url);
    if (leaves) stripCredentials(next, this.redirectPolicy);
    // netrc knows hosts only: what must not go to another port, or in clear text, does not come back from there.
    if (next.auth !== null || (leaves && from?.split.host === next.split.host)) return;
    const auth = this.#netrcAuth(next);
    if (auth) next.prepareAuth(auth);
  }

  /** The proxies of the next request; `Proxy-Authorization` is replaced by the new proxy's credentials, or dropped. */
  rebuildProxies(next: PreparedRequest, proxies: Proxies): Proxies {
    const rebuilt = mergeProxies(proxies, next.split, this.#trusted);
    next.headers.delete('Proxy-Authorization');
    const proxy = next.split.scheme === 'https' ? undefined : selectProxy(next.split, rebuilt);
    // A SOCKS proxy would hand the header on to the server.
    const [user, password] = proxy && !/^socks/i.test(proxy) ? getAuthFromUrl(proxy) : ['', ''];
    if (user !== '' && password !== '') next.headers.set('Proxy-Authorization', basicAuthorization(user, password));
    return rebuilt;
  }

  /** True when credentials must not go from one URL to the other. */
  shouldStripAuth(oldUrl: string, newUrl: string): boolean {
    return shouldStripAuth(prepareUrl(oldUrl), prepareUrl(newUrl));
  }

  /** Sends URLs that start with `prefix` through `adapter`. Close the prefix of a service with a slash: text is compared, not hosts. */
  mount(prefix: string, adapter: BaseAdapter): this {
    if (/^https?:\/\/[^/]+$/i.test(prefix))
      emitWarning(
        `'${redactUrl(prefix)}' also matches hosts that only begin so: mount '${redactUrl(prefix)}/'`,
        'RequestsWarning',
      );
    this.adapters.mount(prefix, adapter);
    return this;
  }

  /** The adapter of the longest prefix. @throws InvalidSchema when none is mounted for the URL. */
  getAdapter(url: string): BaseAdapter {
    const adapter = this.adapters.get(url);
    if (!adapter)
      throw new InvalidSchema(
        `No connection adapters were found for '${redactUrl(url)}': ${url.includes('://') ? 'mount one (@requests-ts/http)' : 'http:// is missing'}`,
      );
    return adapter;
  }

  /** Closes every adapter; running bodies end first, and the session can be used again. */
  async close(): Promise<void> {
    await Promise.all(Array.from(new Set(this.adapters.values()), (adapter) => adapter.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What loggers see. */
  toJSON(): { headers: Record<string, string>; adapters: string[] } {
    return { headers: this.#headers.toJSON(), adapters: this.adapters.keys() };
  }

  toString(): string {
    return '<Session>';
  }

  static {
    printAs(this);
  }
}

function hasWebScheme(url: string): boolean {
  return /^https?:/.test(url);
}
