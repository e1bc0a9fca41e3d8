/** Request bodies: what callers give, what a prepared request holds, and how an adapter reads it. */
import { InvalidJSONError, UnrewindableBodyError } from './exceptions.ts';
import { encodeForm, type FormFields } from './form.ts';
import { isEmpty } from './options.ts';

/** A piece of a streamed body; text is sent as UTF-8. */
export type Chunk = string | Uint8Array;

/** A stream whose length is known, so that it is sent with `Content-Length` instead of chunked. */
export interface SizedStream {
  readonly stream: ReadableStream<Uint8Array> | AsyncIterable<Chunk> | Iterable<Chunk>;
  /** Bytes. */
  readonly length: number;
}

/** A body read piece by piece while it is sent. A function makes a new one for every attempt, which makes it replayable. */
export type StreamBody =
  | Blob
  | ReadableStream<Uint8Array>
  | AsyncIterable<Chunk>
  | Iterable<Chunk>
  | SizedStream
  | (() => ReadableStream<Uint8Array> | AsyncIterable<Chunk> | Iterable<Chunk>);

/** The body of a prepared request: text (sent as UTF-8) and bytes as they are, the rest as a stream. */
export type Body = string | Uint8Array | StreamBody;

/** An open file, such as a `FileHandle` of Node's `fs.promises.open`. It is read from where it stands, and stays open: whoever opened it closes it. */
export interface OpenFile {
  createReadStream(options: { autoClose: boolean }): AsyncIterable<Uint8Array>;
}

/** What `data:` takes: fields are form-encoded, everything else goes out as it is. */
export type Data = Body | OpenFile | ArrayBuffer | ArrayBufferView | FormFields | URLSearchParams | FormData | null;

/** A body that says itself whether it can be iterated again from where it started. */
export interface MaybeReplayable {
  readonly replayable?: boolean;
}

/** A body with a position, as files have: `tell` and `seek` let a partly read one be sent again. */
export interface Seekable {
  tell(): number;
  seek?(position: number): void;
}

/** Fields and files for a multipart body, in order; what `encodeFiles` gets. */
export interface EncodedFiles {
  readonly body: Body;
  /** With the boundary. */
  readonly contentType: string;
}

/** The seam for `files:`; `@requests-ts/multipart` provides one. */
export type EncodeFiles = (data: FormFields | FormData | null, files: unknown) => EncodedFiles;

/** What the body is and which `Content-Type` it asks for. */
export interface EncodedBody {
  readonly body: Body | null;
  readonly contentType: string | null;
}

const encoder = new TextEncoder();

/**
 * Encodes `data`, or `json` when there is no data (behaviour area 2.5).
 *
 * @throws InvalidJSONError for what JSON cannot say; TypeError for an object that is neither fields nor a body.
 */
export function encodeBody(data: Data | undefined, json: unknown): EncodedBody {
  if (isEmptyData(data)) {
    if (json === null || json === undefined) return { body: null, contentType: null };
    return { body: encoder.encode(encodeJson(json)), contentType: 'application/json' };
  }
  if (typeof data === 'string' || data instanceof Uint8Array) return { body: data, contentType: null };
  if (data instanceof ArrayBuffer) return { body: new Uint8Array(data), contentType: null };
  if (ArrayBuffer.isView(data))
    return { body: new Uint8Array(data.buffer, data.byteOffset, data.byteLength), contentType: null };
  if (isFormFields(data)) return { body: encodeForm(data), contentType: 'application/x-www-form-urlencoded' };
  if (isStreamBody(data)) return { body: data, contentType: null };
  const opened = openFileHandle(data);
  if (opened) return { body: opened, contentType: null };
  throw new TypeError('data must be text, bytes, form fields, a Blob, a stream or { stream, length }');
}

/** Absent, or nothing to send: "", no bytes, no fields. */
export function isEmptyData(data: unknown): data is null | undefined {
  if (data === null || data === undefined || data === '' || data === false || data === 0) return true;
  if (typeof data !== 'object') return false;
  if (Array.isArray(data)) return data.length === 0;
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data.byteLength === 0;
  if (data instanceof Map || data instanceof URLSearchParams) return data.size === 0;
  return isPlainObject(data) && Object.keys(data).length === 0 && !isStreamBody(data);
}

export function isFormFields(data: unknown): data is FormFields {
  if (Array.isArray(data) || data instanceof Map || data instanceof URLSearchParams) return true;
  return isPlainObject(data) && !isStreamBody(data);
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}

/** True for a body that is read piece by piece. */
export function isStreamBody(data: unknown): data is StreamBody {
  if (typeof data === 'function') return true;
  if (typeof data !== 'object' || data === null || ArrayBuffer.isView(data) || Array.isArray(data)) return false;
  return (
    data instanceof Blob ||
    Symbol.asyncIterator in data ||
    Symbol.iterator in data ||
    data instanceof ReadableStream ||
    isSizedStream(data)
  );
}

function isSizedStream(data: object): data is SizedStream {
  if (!Object.hasOwn(data, 'stream') || !Object.hasOwn(data, 'length')) return false;
  const { stream, length } = data as SizedStream;
  return typeof length === 'number' && typeof stream === 'object' && stream !== null;
}

/** Known by its shape, since core knows no runtime. */
function openFileHandle(data: unknown): StreamBody | undefined {
  const { createReadStream } = (data ?? {}) as Partial<OpenFile>;
  if (typeof createReadStream !== 'function') return undefined;
  return { [Symbol.asyncIterator]: () => createReadStream.call(data, { autoClose: false })[Symbol.asyncIterator]() };
}

/** Compact JSON text. @throws InvalidJSONError */
function encodeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
    // NaN and the infinities turn into null, a Map into {}, bytes into numbered fields: only a text with one of these can hold one.
    if (/null|{}|{"0":/.test(text)) JSON.stringify(value, refuseLossy);
  } catch (error) {
    if (error instanceof InvalidJSONError) throw error;
    const [shown, hidden] = String(error instanceof Error ? error.message : error).split('\n', 2);
    // Engines append the path of a cycle, which holds the caller's keys: such an error is not passed on.
    throw new InvalidJSONError(`Not JSON serializable: ${shown}`, hidden === undefined ? { cause: error } : {});
  }
  if (text === undefined) throw new InvalidJSONError(`Not JSON serializable: a ${typeof value} has no JSON form`);
  return text;
}

/** @throws InvalidJSONError for what JSON.stringify would change in silence. */
function refuseLossy(key: string, value: unknown): unknown {
  const where = key && ` at '${key}'`;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new InvalidJSONError(`Out of range float values are not JSON compliant: ${value}${where}`);
  if (typeof value === 'object' && value !== null && (ArrayBuffer.isView(value) || isEmpty(value))) {
    const kind = {}.toString.call(value);
    if (!/t (Object|Array|Number|String|Boolean)]/.test(kind))
      throw new InvalidJSONError(`Not JSON serializable: ${kind}${where} has no JSON form`);
  }
  return value;
}

/**
 * The number of bytes that are left to send, as far as it is known without reading (Requests: `super_len`).
 *
 * Text counts its UTF-8 bytes; otherwise `byteLength`, `size`, `length` or `len`, minus the position that `tell()` gives; 0 when unknown.
 */
export function superLen(body: unknown): number {
  if (typeof body === 'string') return utf8Length(body);
  if (typeof body !== 'object' || body === null) return 0;
  const { byteLength, size, length, len } = body as Record<string, unknown>;
  // The size of a collection counts its pieces.
  const bytes = Symbol.iterator in body ? undefined : size;
  const total = [byteLength, bytes, length, len].find((value) => Number.isSafeInteger(value)) ?? 0;
  return Math.max(
    0,
    (total as number) -
      (typeof (body as Seekable).tell === 'function' ? (tellPosition(body as Seekable) ?? (total as number)) : 0),
  );
}

function tellPosition(body: Seekable): number | null {
  try {
    const position = body.tell();
    return typeof position === 'number' ? position : null;
  } catch {
    // Reported by `bodyPosition` as "failed"; the length is then unknown.
    return null;
  }
}

/** Number of bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  return /[^\x00-\x7f]/.test(text) ? encoder.encode(text).byteLength : text.length;
}

/** Where a streamed body stands before it is sent: a number, "failed" when asking fails, null when it has no position. */
export function bodyPosition(body: Body | null): number | 'failed' | null {
  if (typeof body !== 'object' || body === null || typeof (body as unknown as Seekable).tell !== 'function')
    return null;
  return tellPosition(body as unknown as Seekable) ?? 'failed';
}

/** True when the body can be sent again: text, bytes, `Blob`, a function, a collection, or one that says so (`replayable`). */
export function isReplayable(body: Body | null): boolean {
  if (body === null || typeof body !== 'object') return true;
  if (body instanceof Uint8Array || body instanceof Blob) return true;
  const { replayable } = body as MaybeReplayable;
  if (typeof replayable === 'boolean') return replayable;
  if (isSizedStream(body)) return isReplayable(body.stream as Body);
  return Symbol.iterator in body && !('next' in body);
}

/**
 * Makes a body ready to be sent again (Requests: `rewind_body`).
 *
 * @param position What `bodyPosition` said before the first sending.
 * @throws UnrewindableBodyError when the body can be read only once.
 */
export function rewindBody(body: Body | null, position: number | 'failed' | null): void {
  if (position === null && isReplayable(body)) return;
  const seekable = body as unknown as Seekable;
  if (typeof position !== 'number' || typeof seekable.seek !== 'function') {
    throw unrewindable();
  }
  try {
    seekable.seek(position);
  } catch (cause) {
    throw new UnrewindableBodyError('An error occurred when rewinding request body', { cause });
  }
}

function unrewindable(): UnrewindableBodyError {
  return new UnrewindableBodyError(
    'Unable to rewind request body, which can be read only once: pass bytes, a Blob or a function',
  );
}

/** Sources that were read and cannot be read again. */
const spent = new WeakSet<object>();

/**
 * The pieces of a streamed body as bytes, for adapters: text in UTF-8, empty pieces skipped.
 *
 * An error of the source propagates unchanged; stopping early closes the source.
 *
 * @throws UnrewindableBodyError for a stream that was sent before: it would go out empty.
 */
export async function* openBody(body: StreamBody): AsyncGenerator<Uint8Array, void, undefined> {
  const source =
    typeof body === 'function'
      ? body()
      : body instanceof Blob
        ? body.stream()
        : isSizedStream(body)
          ? body.stream
          : body;
  if (typeof (source as Partial<Seekable>).tell !== 'function' && !isReplayable(source as Body)) {
    if (spent.has(source)) throw unrewindable();
    spent.add(source);
  }
  for await (const chunk of source as AsyncIterable<Chunk>) {
    const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
    if (!(bytes instanceof Uint8Array))
      throw new TypeError(`A body chunk must be a string or bytes, not ${chunk === null ? 'null' : typeof chunk}`);
    if (bytes.byteLength > 0) yield bytes;
  }
}
