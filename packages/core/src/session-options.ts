/** What sessions and their calls can be told. */
import type { BaseAdapter, Cert, Proxies, SendOptions, Verify } from './adapter.ts';
import type { Auth } from './auth.ts';
import type { EncodeFiles } from './body.ts';
import type { CookieStore } from './cookies.ts';
import type { DetectEncoding } from './encoding.ts';
import type { Environment } from './environment.ts';
import type { Params } from './form.ts';
import type { HeadersInit } from './headers.ts';
import type { HooksInit } from './hooks.ts';
import type { RedirectPolicy } from './redirect.ts';
import type { RequestInit } from './request.ts';
import type { Timeout } from './timeout.ts';

/** Everything a call can say. */
export interface RequestOptions extends RequestInit, SendOptions {
  /** Follow redirects: true but for `head()`. */
  readonly allowRedirects?: boolean | undefined;
}

/** What `send()` takes. */
export interface SessionSendOptions extends SendOptions {
  readonly allowRedirects?: boolean | undefined;
}

/** The settings that the environment has a say in. */
export interface EnvironmentSettings {
  readonly proxies?: Proxies | null | undefined;
  readonly stream?: boolean | undefined;
  readonly verify?: Verify | undefined;
  readonly cert?: Cert | null | undefined;
}

/** The same with nothing left open. */
export interface ResolvedSettings {
  readonly proxies: Proxies;
  readonly stream: boolean;
  readonly verify: Verify;
  readonly cert: Cert | null;
}

/** Attributes a session can be made with. */
export interface SessionInit {
  /** Over the default ones; null removes one. */
  readonly headers?: HeadersInit;
  /** For the first URL of every call, whatever its host. */
  readonly auth?: Auth | null;
  /** Proxy URL by scheme; an explicit value wins over the environment. */
  readonly proxies?: Proxies;
  /** `{ response: hook }`, called with every response. */
  readonly hooks?: HooksInit;
  /** Merged into the query of every request. */
  readonly params?: Params;
  /** True leaves bodies on the wire until they are read. */
  readonly stream?: boolean;
  /** Whom to trust; an explicit value wins over the environment. Only false turns verification off. */
  readonly verify?: Verify;
  /** The client certificate: one PEM file, `[cert, key]`, or by name. */
  readonly cert?: Cert | null;
  /** In seconds, not milliseconds, for calls that give none; null, the default, waits for ever. */
  readonly timeout?: Timeout;
  /** 30 by default. */
  readonly maxRedirects?: number;
  /** What a redirect may do beyond what Requests does. */
  readonly redirectPolicy?: RedirectPolicy;
  /** False asks the environment nothing: no proxies, no CA bundle, no netrc. */
  readonly trustEnv?: boolean;
  /** Charset of `text/*` without one, ISO-8859-1 by default. */
  readonly defaultEncoding?: string;
  /** The jar; null keeps no cookies. */
  readonly cookies?: CookieStore | null;
  /** What is asked while `trustEnv` is true; null asks nothing. */
  readonly environment?: Environment | null;
  /** What makes `files:` a body. */
  readonly encodeFiles?: EncodeFiles | null;
  /** What guesses the charset of a text without one. */
  readonly detectEncoding?: DetectEncoding | null;
  /** By prefix, as `mount` takes them. */
  readonly adapters?: Readonly<Record<string, BaseAdapter>>;
}

/** What `request` hands to `send`, which need not read and check it again. */
export class CallSettings implements SessionSendOptions {
  readonly stream: boolean;
  readonly timeout: Timeout;
  readonly verify: Verify;
  readonly cert: Cert | null;
  readonly proxies: Proxies;
  readonly signal: AbortSignal | undefined;
  readonly allowRedirects: boolean;

  constructor(
    { stream, verify, cert, proxies }: ResolvedSettings,
    timeout: Timeout,
    signal: AbortSignal | undefined,
    allowRedirects: boolean,
  ) {
    this.stream = stream;
    this.timeout = timeout;
    this.verify = verify;
    this.cert = cert;
    this.proxies = proxies;
    this.signal = signal;
    this.allowRedirects = allowRedirects;
  }
}
