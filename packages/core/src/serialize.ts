/**
 * Saves a response, a request, a session or an error as text, and restores it (Requests: pickling).
 *
 * `toJSON()` hides what loggers must not show; this does not: the text holds bodies, cookies and credentials, so keep it like a password.
 */
import { type Auth, HTTPBasicAuth } from './auth.ts';
import type { Body } from './body.ts';
import { createDecoder } from './encoding.ts';
import * as exceptions from './exceptions.ts';
import { Headers } from './headers.ts';
import { describeRequest, PreparedRequest } from './prepared-request.ts';
import { Response } from './response.ts';
import { Session } from './session.ts';

type Saved = Record<string, unknown>;
type Fields = [name: string, value: string][];

/** What of a session is data. */
const SESSION_KEYS = [
  'proxies',
  'params',
  'stream',
  'verify',
  'cert',
  'timeout',
  'maxRedirects',
  'redirectPolicy',
  'trustEnv',
  'defaultEncoding',
] as const;

/**
 * The text that `deserialize` restores from. The body of a response is read first.
 *
 * Code is not saved: adapters, hooks, environment, and an auth other than Basic. Nor is the `cause` of an error.
 *
 * @throws TypeError for a request whose body is a stream, and for a jar that cannot be saved; whatever reading a body throws.
 */
export async function serialize(
  value: Response | PreparedRequest | Session | exceptions.RequestException,
): Promise<string> {
  if (value instanceof Response) return write('Response', await saveResponse(value));
  if (value instanceof PreparedRequest) return write('PreparedRequest', await saveRequest(value));
  if (value instanceof Session) return write('Session', saveSession(value));
  if (value instanceof exceptions.RequestException) return write('RequestException', await saveError(value));
  throw new TypeError('Only a Response, a PreparedRequest, a Session or a RequestException can be serialized');
}

/**
 * Restores what `serialize` saved.
 *
 * @param type What is expected: `Response`, `PreparedRequest`, `Session` or `RequestException` (which restores the very class).
 * @param session The session that a saved one is restored into, adapters and other code of its own included; to a response it lends its jar and
 *   charset detector. A new one of that class by default.
 * @throws TypeError for a text that holds something else; SyntaxError for what is no JSON.
 */
export function deserialize(text: string, type: typeof Response, session?: Session): Response;
export function deserialize(text: string, type: typeof PreparedRequest): PreparedRequest;
export function deserialize<S extends Session>(text: string, type: new () => S, session?: S): S;
export function deserialize(
  text: string,
  type: typeof exceptions.RequestException,
  session?: Session,
): exceptions.RequestException;
export function deserialize(text: string, type: unknown, lent?: Session): unknown {
  const session = lent ?? (isSessionClass(type) ? new type() : new Session());
  const saved = unpack(JSON.parse(text)) as { type?: unknown; version?: unknown; value?: Saved } | null;
  const found = saved?.version === 1 ? saved.value : undefined;
  if (found && type === Response && saved?.type === 'Response') return restoreResponse(found, session);
  if (found && type === PreparedRequest && saved?.type === 'PreparedRequest') return restoreRequest(found);
  if (found && isSessionClass(type) && saved?.type === 'Session') return restoreSession(found, session);
  if (found && type === exceptions.RequestException && saved?.type === 'RequestException')
    return restoreError(found, session);
  throw new TypeError('The text was not made by serialize(), or holds another type');
}

/** Session, or a class over it such as that of `requests-ts`. */
function isSessionClass(type: unknown): type is new () => Session {
  return typeof type === 'function' && (type === Session || type.prototype instanceof Session);
}

function write(type: string, value: Saved): string {
  return JSON.stringify(pack({ type, version: 1, value }));
}

async function saveRequest(request: PreparedRequest): Promise<Saved> {
  const { method, url, headers, credentials } = request;
  const body = request.body instanceof Blob ? new Uint8Array(await request.body.arrayBuffer()) : request.body;
  if (body !== null && typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new TypeError(`The body of ${describeRequest(request)} is a stream, which cannot be serialized`);
  return { method, url, headers: [...headers.lines()], body, credentials: [...credentials] };
}

function restoreRequest(saved: Saved): PreparedRequest {
  const request = new PreparedRequest();
  request.method = saved.method as string;
  request.url = saved.url as string;
  request.body = saved.body as Body | null;
  request.headers = new Headers(saved.headers as Fields);
  for (const name of saved.credentials as string[]) request.credentials.add(name);
  return request;
}

async function saveResponse(response: Response): Promise<Saved> {
  const { statusCode, reason, url, encoding, elapsed, httpVersion, request } = response;
  const content = await response.read();
  const history: Saved[] = [];
  for (const earlier of response.history) history.push(await saveResponse(earlier));
  return {
    statusCode,
    reason,
    url,
    encoding,
    elapsed,
    httpVersion,
    headers: [...response.headers.lines()],
    content,
    history,
    request: request && (await saveRequest(request)),
  };
}

function restoreResponse(saved: Saved, session: Session): Response {
  const response = new Response({
    statusCode: saved.statusCode as number,
    reason: saved.reason as string,
    url: saved.url as string,
    elapsed: saved.elapsed as number,
    ...(typeof saved.httpVersion === 'string' && { httpVersion: saved.httpVersion }),
    headers: Headers.received((saved.headers as Fields).flat()),
    body: saved.content as Uint8Array,
    request: saved.request ? restoreRequest(saved.request as Saved) : null,
  });
  response.encoding = saved.encoding as string | null;
  response.history = (saved.history as Saved[]).map((earlier) => restoreResponse(earlier, session));
  response.attachSeams(session);
  return response;
}

function saveSession(session: Session): Saved {
  const saved: Saved = { headers: [...session.headers.lines()], auth: saveAuth(session.auth) };
  for (const key of SESSION_KEYS) saved[key] = session[key];
  if (session.cookies?.size) {
    if (!session.cookies.serialize)
      throw new TypeError('session.cookies cannot be serialized: the jar has no serialize()');
    saved.cookies = session.cookies.serialize();
  }
  return saved;
}

function saveAuth(auth: Auth | null): unknown {
  if (Array.isArray(auth)) return auth;
  return auth instanceof HTTPBasicAuth && auth.constructor === HTTPBasicAuth ? [auth.username, auth.password] : null;
}

function restoreSession(saved: Saved, session: Session): Session {
  session.headers = new Headers(saved.headers as Fields);
  if (saved.auth) {
    const [user, password] = saved.auth as [string, string];
    session.auth = new HTTPBasicAuth(user, password);
  }
  Object.assign(session, Object.fromEntries(SESSION_KEYS.map((key) => [key, saved[key]])));
  if (typeof saved.cookies === 'string') {
    if (!session.cookies?.deserialize)
      throw new TypeError('The saved session has cookies: give deserialize() a session whose jar can restore them');
    session.cookies = session.cookies.deserialize(saved.cookies);
  }
  return session;
}

async function saveError(error: exceptions.RequestException): Promise<Saved> {
  const { name, message, request, response } = error;
  const { msg, doc, pos } = error as Partial<exceptions.JSONDecodeError>;
  return {
    name,
    message,
    msg,
    doc,
    pos,
    request: request && (await saveRequest(request)),
    response: response?.loaded ? await saveResponse(response) : null,
  };
}

function restoreError(saved: Saved, session: Session): exceptions.RequestException {
  const context = {
    request: saved.request ? restoreRequest(saved.request as Saved) : null,
    response: saved.response ? restoreResponse(saved.response as Saved, session) : null,
  };
  const { name, message, msg, doc, pos } = saved as Record<string, string>;
  if (name === 'JSONDecodeError')
    return new exceptions.JSONDecodeError(msg, { ...context, doc: doc!, pos: pos as unknown as number });
  const classes = new Map<unknown, unknown>(Object.entries(exceptions));
  const Class = (classes.get(name) ?? exceptions.RequestException) as typeof exceptions.RequestException;
  return new Class(message, context);
}

/** JSON has neither bytes nor maps, and its objects cannot be trusted with any key. */
function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Uint8Array) return { base64: btoa(createDecoder('latin1')!.decode(value)) };
  if (value instanceof Map) return { map: Array.from(value, pack) };
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, pack);
  return { object: Object.entries(value).map(pack) };
}

function unpack(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unpack);
  if (typeof value !== 'object' || value === null) return value;
  const { base64, map, object } = value as { base64?: string; map?: unknown[]; object?: unknown[] };
  if (base64 !== undefined) return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
  if (map) return new Map(unpack(map) as [unknown, unknown][]);
  return Object.fromEntries(unpack(object ?? []) as [string, unknown][]);
}
