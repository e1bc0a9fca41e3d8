import { fstatSync, type ReadStream, statSync } from 'node:fs';
import { type Body, InvalidHeader, type StreamBody } from '@requests-ts/core';
import { emitWarning, isStreamBody, superLen } from '@requests-ts/core/authors';
import { withCode } from './messages.ts';

/** A body above this is handed to the socket in slices, so that a stalled peer is noticed while it is sent. */
const SLICE_FROM = 1024 * 1024;
const SLICE = 64 * 1024;
/** Bytes that `again` can bring back. */
const KEPT_BYTES = 64 * 1024;

type Source = AsyncIterator<unknown> | Iterator<unknown>;

/** The body of one attempt, ready to be written: nothing, bytes, or pieces that are asked for one by one. */
export type Upload = Uint8Array | UploadStream | null;

/**
 * Opens the body of a request for one attempt.
 *
 * @param length The `Content-Length` that is declared for it, or null: a stream of another length fails before its last byte is sent.
 * @param maxSize Bytes that may be sent; Infinity for no limit.
 * @throws InvalidHeader with code `ERR_TOO_LARGE` when it is known to be larger.
 */
export function openUpload(body: Body | null, maxSize: number, length: number | null = null): Upload {
  if (body === null) return null;
  if (isStreamBody(body)) return new UploadStream(body, maxSize, length);
  const bytes =
    typeof body === 'string' ? Buffer.from(body, 'utf8') : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (bytes.length > maxSize) throw requestTooLarge(maxSize);
  if (bytes.length === 0) return null;
  return bytes.length > SLICE_FROM ? new UploadStream(() => slices(bytes), maxSize) : bytes;
}

function* slices(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += SLICE) yield bytes.subarray(at, at + SLICE);
}

/**
 * The number of bytes that a body will have, where it can be known: text and bytes, blobs, `{ stream, length }`, and file streams of
 * `node:fs`, which are asked with stat.
 */
export function bodyLength(body: Body | null): number | null {
  if (body === null) return 0;
  if (!isStreamBody(body)) return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength;
  if (isFileStream(body)) return fileLength(body);
  const known = superLen(body);
  return known > 0 || body instanceof Blob ? known : null;
}

/** What `fs.createReadStream` returns, with the fields that its types leave out. */
type FileStream = ReadStream & { readonly fd?: number | null; readonly start?: number; readonly end?: number };

function isFileStream(body: unknown): body is FileStream {
  const { path, fd, bytesRead, destroy } = body as Partial<FileStream>;
  return (
    typeof destroy === 'function' &&
    typeof bytesRead === 'number' &&
    (typeof path === 'string' || typeof fd === 'number')
  );
}

/** What is left of a regular file between `start` and `end`; null when that is not known. */
function fileLength(stream: FileStream): number | null {
  const { start, end = Number.POSITIVE_INFINITY, fd } = stream as FileStream;
  const path = typeof stream.path === 'string' && stream.path !== '' ? stream.path : null;
  if (stream.readableEncoding) {
    const message =
      'A file stream with an encoding gives text, whose length is not that of the file: it is sent chunked';
    emitWarning(`${message}. Open it without an encoding`, 'FileModeWarning');
    return null;
  }
  // An open descriptor without `start` is read from where it stands, which nobody knows.
  if (stream.bytesRead > 0 || (start === undefined && path === null)) return null;
  try {
    const stat = typeof fd === 'number' ? fstatSync(fd) : statSync(path!);
    return stat.isFile() ? Math.max(0, Math.min(stat.size, end + 1) - (start ?? 0)) : null;
  } catch {
    // Reading it reports what is wrong.
    return null;
  }
}

/**
 * Pieces of a streamed body as bytes, pulled as the socket takes them.
 *
 * `cancel` ends the source at once, even one that is stuck: files and web streams are closed, iterators are told to return.
 */
export class UploadStream implements AsyncIterable<Uint8Array>, AsyncIterator<Uint8Array> {
  readonly #body: StreamBody;
  readonly #maxSize: number;
  readonly #length: number | null;
  #source: Source | null = null;
  #cancelSource: ((reason: unknown) => unknown) | null = null;
  #cancelled: ((result: IteratorResult<Uint8Array>) => void) | null = null;
  #over = false;
  #pending = false;
  /** What was asked for last. */
  #pulled: Promise<IteratorResult<Uint8Array>> | null = null;
  /** Everything that was handed out, as long as it is kept. */
  #kept: Uint8Array[] | null = null;
  #sent = 0;
  /** What the caller's own source threw; it reaches the caller unchanged. */
  failure: { readonly error: unknown } | null = null;

  constructor(body: StreamBody, maxSize: number, length: number | null = null) {
    this.#body = body;
    this.#maxSize = maxSize;
    this.#length = length;
  }

  /** True once the source was asked for its first piece: a source that can be read only once is used up then. */
  get started(): boolean {
    return this.#source !== null;
  }

  /** The source owes a piece that was asked for: whoever waits now waits for the caller, and not for the peer. */
  get pending(): boolean {
    return this.#pending;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#over) return Promise.resolve({ done: true, value: undefined });
    this.#pending = true;
    return new Promise((resolve, reject) => {
      this.#cancelled = resolve;
      this.#pulled = this.#pull();
      this.#pulled.then(resolve, reject);
    });
  }

  /** Keeps what is handed out for `again`, up to 64 KiB; to be called before anything is. */
  keep(): void {
    if (!this.started) this.#kept = [];
  }

  /**
   * The same body for another attempt, when nobody has used this one: what was handed out, then the rest of the source. Null when it is not
   * kept, or not any more, and when the source has failed or was closed. This one is over.
   */
  again(): UploadStream | null {
    const kept = this.#kept;
    if (!kept || this.failure) return null;
    const next = new UploadStream(this.#body, this.#maxSize, this.#length);
    this.#source ??= this.#open();
    next.#source = replay(kept, this.#pending ? this.#pulled : null, this.#over ? null : this.#source);
    next.#cancelSource = this.#cancelSource;
    this.#kept = null;
    this.#over = true;
    this.#cancelled?.({ done: true, value: undefined });
    return next;
  }

  return(): Promise<IteratorResult<Uint8Array>> {
    this.cancel(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Closes the source, whether it was read to its end or not; harmless afterwards. */
  cancel(reason: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#kept = null;
    this.#cancelled?.({ done: true, value: undefined });
    if (!this.#source) this.#discard(reason);
    else ignore(this.#cancelSource?.(reason));
  }

  async #pull(): Promise<IteratorResult<Uint8Array>> {
    try {
      const piece = await this.#read();
      if (piece) this.#sent += piece.length;
      this.#check(piece === null);
      // With the last byte the server may answer: the source must have ended by then, or the connection is given up as unfinished.
      if (piece && this.#sent === this.#length) {
        const more = await this.#read();
        if (more) this.#check(false, more.length);
        this.#over = true;
      }
      if (piece) return { done: false, value: this.#keep(piece) };
      this.#over = true;
      return { done: true, value: undefined };
    } catch (error) {
      if (!this.#over) {
        this.failure = { error };
        this.#over = true;
        ignore(this.#cancelSource?.(error));
      }
      throw error;
    } finally {
      this.#pending = false;
    }
  }

  #keep(piece: Uint8Array): Uint8Array {
    if (this.#sent > KEPT_BYTES) this.#kept = null;
    else this.#kept?.push(piece);
    return piece;
  }

  /** The next piece that is not empty; null at the end. */
  async #read(): Promise<Uint8Array | null> {
    this.#source ??= this.#open();
    for (;;) {
      const { done, value } = await this.#source.next();
      if (done) return null;
      const bytes = toBytes(value);
      if (bytes.length > 0) return bytes;
    }
  }

  #check(ended: boolean, more = 0): void {
    const size = this.#sent + more;
    if (size > this.#maxSize) throw requestTooLarge(this.#maxSize);
    if (this.#length === null || (!ended && size <= this.#length) || size === this.#length) return;
    throw new InvalidHeader(
      `Header 'Content-Length' says ${this.#length}, but the body has ${ended ? 'only' : 'at least'} ${size} bytes`,
    );
  }

  #open(): Source {
    const source = sourceOf(this.#body);
    if (source instanceof ReadableStream) {
      const reader = source.getReader();
      this.#cancelSource = (reason) => reader.cancel(reason);
      return { next: () => reader.read() } as Source;
    }
    const iterator = iterate(source);
    const { destroy } = source as { destroy?: (error?: Error) => void };
    this.#cancelSource =
      typeof destroy === 'function' ? () => destroy.call(source) : (reason) => iterator.return?.(reason);
    return iterator;
  }

  /** A source that was never read is closed where it holds something open. */
  #discard(reason: unknown): void {
    if (typeof this.#body === 'function' || this.#body instanceof Blob) return;
    const source = sourceOf(this.#body);
    if (source instanceof ReadableStream) {
      if (!source.locked) ignore(source.cancel(reason));
      return;
    }
    const { destroy } = source as { destroy?: () => void };
    if (typeof destroy === 'function') destroy.call(source);
    else if (!('replayable' in (source as object))) ignore((source as Partial<Iterator<unknown>>).return?.());
  }
}

async function* replay(
  kept: readonly Uint8Array[],
  pulled: Promise<IteratorResult<unknown>> | null,
  rest: Source | null,
): AsyncGenerator<unknown, void, undefined> {
  yield* kept;
  for (let next = pulled ?? rest?.next(); next; next = rest?.next()) {
    const { done, value } = await next;
    if (done) return;
    yield value;
  }
}

function sourceOf(body: StreamBody): ReadableStream | AsyncIterable<unknown> | Iterable<unknown> {
  if (typeof body === 'function') return body();
  if (body instanceof Blob) return body.stream();
  return 'stream' in body && 'length' in body && !(Symbol.asyncIterator in body) && !(Symbol.iterator in body)
    ? body.stream
    : (body as AsyncIterable<unknown>);
}

function iterate(source: AsyncIterable<unknown> | Iterable<unknown>): Source {
  return Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
}

function toBytes(chunk: unknown): Uint8Array {
  if (typeof chunk === 'string') return Buffer.from(chunk, 'utf8');
  if (chunk instanceof Uint8Array) return chunk;
  throw new TypeError(`A body chunk must be a string or bytes, not ${chunk === null ? 'null' : typeof chunk}`);
}

/** The end of a source that is being closed is nobody's error any more. */
function ignore(result: unknown): void {
  if (result instanceof Promise) result.catch(() => {});
}

function requestTooLarge(maxSize: number): InvalidHeader {
  return withCode(
    new InvalidHeader(`Request too large: the body exceeds maxRequestSize (${maxSize} bytes)`),
    'ERR_TOO_LARGE',
  );
}
