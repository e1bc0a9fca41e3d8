import { type OpenFile, RequestException, type StreamBody } from '@requests-ts/core';
import { isReplayable, isStreamBody, openBody, printable } from '@requests-ts/core/authors';
import { member, method } from './member.ts';

/** What a part may hold. Text is sent as UTF-8; a function makes a new stream for every attempt. */
export type PartContent = string | Uint8Array | ArrayBuffer | ArrayBufferView | OpenFile | StreamBody;

/**
 * Tells how many bytes a stream will give, undefined when it cannot say.
 *
 * The hook for what only a runtime knows, such as the size of the file behind a stream.
 */
export type SizeOf = (content: object) => number | undefined;

/** The content of one part. */
export interface Source {
  /** In bytes; null when nobody knows before the end. */
  readonly length: number | null;
  /** True when it can be read again. */
  readonly replayable: boolean;
  /** The bytes, where they are in memory. */
  readonly bytes: Uint8Array | null;
  /** @throws RequestException when it gives another number of bytes than it announced. */
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  /** Releases a stream that is not going to be opened. */
  close(): Promise<void>;
}

const encoder = new TextEncoder();

/**
 * Looks at content without reading it.
 *
 * @param part What the content is for, for messages.
 * @throws TypeError for what is no content, RangeError for a bad length.
 */
export function createSource(content: unknown, part: string, sizeOf?: SizeOf): Source {
  if (typeof content === 'string') return memorySource(encoder.encode(content), part);
  if (content instanceof ArrayBuffer) return memorySource(new Uint8Array(content), part);
  if (content instanceof Uint8Array) return memorySource(content, part);
  if (ArrayBuffer.isView(content)) {
    return memorySource(new Uint8Array(content.buffer, content.byteOffset, content.byteLength), part);
  }
  const body = fileHandleStream(content) ?? content;
  if (!isStreamBody(body)) {
    throw new TypeError(
      `${part} must be text, bytes, a Blob, a stream, an iterable of chunks or { stream, length }, not ${nameOf(content)}`,
    );
  }
  return streamSource(body, part, sizeOf);
}

function nameOf(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'a list' : typeof value;
}

function memorySource(bytes: Uint8Array, part: string): Source {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.detached)
    throw new TypeError(`The bytes of ${part} were transferred away`);
  const length = bytes.byteLength;
  const check = (): Uint8Array => {
    if (bytes.byteLength !== length) throw mismatch(part, bytes.byteLength, length);
    return bytes;
  };
  return {
    length,
    replayable: true,
    get bytes() {
      return check();
    },
    open: () => [check()],
    close: async () => {},
  };
}

function streamSource(body: StreamBody, part: string, sizeOf: SizeOf | undefined): Source {
  const length = streamLength(body, sizeOf);
  if (length !== null && !(Number.isSafeInteger(length) && length >= 0)) {
    throw new RangeError(`The length of ${part} must be an integer of at least 0`);
  }
  // A Node stream may fail before its turn comes (no such file): its reader learns of it then, not the process.
  method(stream(body), 'on')?.('error', () => {});
  return {
    length,
    replayable: isReplayable(body),
    bytes: null,
    open: () => (length === null ? openBody(body) : counted(openBody(body), length, part)),
    close: async () => {
      if (!isReplayable(body)) await closeStream(stream(body));
    },
  };
}

/** The stream inside `{ stream, length }`. */
function stream(body: StreamBody): object {
  return Object.hasOwn(body, 'stream') ? (body as { stream: object }).stream : body;
}

function streamLength(body: StreamBody, sizeOf: SizeOf | undefined): number | null {
  if (body instanceof Blob) return body.size;
  if (stream(body) !== body) return (body as { length: number }).length;
  const length = Symbol.asyncIterator in body ? member(body, 'length') : undefined;
  if (typeof length === 'number') return length - position(body);
  return sizeOf?.(body) ?? null;
}

/** Where a body with a position stands; what lies before it is not sent. */
function position(body: object): number {
  const at = method(body, 'tell')?.();
  return typeof at === 'number' ? at : 0;
}

async function* counted(pieces: AsyncIterable<Uint8Array>, length: number, part: string): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const piece of pieces) {
    count += piece.byteLength;
    if (count > length) throw mismatch(part, count, length);
    yield piece;
  }
  if (count < length) throw mismatch(part, count, length);
}

function mismatch(part: string, count: number, length: number): RequestException {
  const gave = count > length ? 'more' : `${count}`;
  return new RequestException(
    `${part} gave ${gave} bytes instead of the ${length} announced: did it change while it was sent?`,
  );
}

/** An open file handle (`fs.promises.open`), known by its shape since no runtime is known here; it is read from where it stands. */
function fileHandleStream(content: unknown): StreamBody | undefined {
  if (typeof content !== 'object' || content === null) return undefined;
  const open = method(content, 'createReadStream');
  if (!open) return undefined;
  return {
    [Symbol.asyncIterator]: () => (open({ autoClose: false }) as AsyncIterable<Uint8Array>)[Symbol.asyncIterator](),
  };
}

/** Streams of the web, of Node, what disposes of itself, and generators. */
async function closeStream(body: object): Promise<void> {
  if (body instanceof ReadableStream) {
    if (!body.locked) await body.cancel();
    return;
  }
  const close = method(body, 'destroy') ?? method(body, Symbol.asyncDispose);
  if (close) await close();
  else if (method(body, 'next')) await method(body, 'return')?.();
}

/** How messages name a part. */
export function partName(field: string): string {
  return `Part '${printable(field)}'`;
}
