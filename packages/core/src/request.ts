import type { Auth } from './auth.ts';
import type { Body, Data, OpenFile } from './body.ts';
import type { CookiesInit } from './cookies.ts';
import type { Params } from './form.ts';
import type { HeadersInit } from './headers.ts';
import { deregisterHook, type Hook, type Hooks, type HooksInit, registerHook, toHooks } from './hooks.ts';
import { printAs } from './inspect.ts';
import { readOptions } from './options.ts';
import { PreparedRequest, type PrepareFields } from './prepared-request.ts';

/** The content of a file for `files:`; null leaves the part out. */
export type FileContent = Body | OpenFile | ArrayBuffer | ArrayBufferView | number | bigint | boolean | null;

/** A file for `files:`: its content, or a list of name, content, and optionally type and extra headers. */
export type FileValue =
  | FileContent
  | readonly [name: string | null, content: FileContent]
  | readonly [name: string | null, content: FileContent, type: string | null]
  | readonly [name: string | null, content: FileContent, type: string | null, headers: HeadersInit | null];

/** What `files:` takes: a mapping, or pairs where a field repeats. */
export type Files =
  | Readonly<Record<string, FileValue>>
  | Iterable<readonly [field: string, value: FileValue]>
  | FormData;

/** What a request is about; the session adds how it is sent. */
export interface RequestInit {
  /** Added to the query of the URL. */
  readonly params?: Params | undefined;
  /** The body: fields are form-encoded; text, bytes, a Blob or a stream go out as they are. */
  readonly data?: Data | undefined;
  /** The body as JSON; ignored when `data` or `files` are given. */
  readonly json?: unknown;
  /** Over the session's headers; null removes one. */
  readonly headers?: HeadersInit | null | undefined;
  /** For this request only. */
  readonly cookies?: CookiesInit | null | undefined;
  /** A multipart body. */
  readonly files?: Files | null | undefined;
  /** `[user, password]`, an auth object, or a function; false: none, not even that of the session, netrc or the URL. */
  readonly auth?: Auth | false | null | undefined;
  readonly hooks?: HooksInit | null | undefined;
}

/** Every key, so that reading options yields own values only. */
export const REQUEST_KEYS: readonly (keyof RequestInit)[] = [
  'params',
  'data',
  'json',
  'headers',
  'cookies',
  'files',
  'auth',
  'hooks',
];

/** What the caller asked for; `session.prepareRequest(request)` makes it what will be sent (Requests: "Request and Response Objects"). */
export class Request {
  method: string;
  url: string | URL;
  headers!: HeadersInit;
  files!: Files;
  data!: Data;
  params!: Params;
  auth!: Auth | false | null;
  cookies!: CookiesInit | null;
  hooks!: Hooks;
  json: unknown;

  /** @throws TypeError for an unknown option. */
  constructor(method: string, url: string | URL, init: RequestInit = {}) {
    this.method = method;
    this.url = url;
    fill(this, readOptions<RequestInit>(init, REQUEST_KEYS, 'Request'));
  }

  /** Prepares the request without any session: no session headers, cookies, netrc or environment. */
  prepare(): PreparedRequest {
    return new PreparedRequest().prepare(this.prepareFields());
  }

  /** What `prepare` works on; the seam where a package adds a jar or a multipart encoder. */
  protected prepareFields(): PrepareFields {
    return { ...this };
  }

  /** Adds one hook or several. @throws TypeError for an unknown event. */
  registerHook(event: string, hook: Hook | readonly Hook[]): void {
    registerHook(this.hooks, event, hook);
  }

  /** True when the hook was registered. @throws TypeError for an unknown event. */
  deregisterHook(event: string, hook: Hook): boolean {
    return deregisterHook(this.hooks, event, hook);
  }

  toString(): string {
    return `<Request [${this.method}]>`;
  }

  /** What loggers see. */
  toJSON(): string {
    return this.toString();
  }

  static {
    printAs(this);
  }
}

/** Writes options that were read and checked. */
export function fill(request: Request, options: RequestInit): Request {
  request.headers = options.headers ?? {};
  request.files = options.files ?? [];
  request.data = options.data ?? [];
  request.params = options.params ?? {};
  request.auth = options.auth ?? null;
  request.cookies = options.cookies ?? null;
  request.hooks = toHooks(options.hooks);
  request.json = options.json ?? null;
  return request;
}
