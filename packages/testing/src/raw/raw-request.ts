/** One request as it stood on the wire. Bytes are shown as ISO-8859-1, one character each. */
export interface RawRequest {
  readonly method: string;
  readonly target: string;
  /** For example `HTTP/1.1`. */
  readonly version: string;
  /** Everything before the body: request line, header lines and the blank line. */
  readonly head: string;
  /** Name, value, name, value... with their order and spelling. */
  readonly rawHeaders: readonly string[];
  /** The body without its framing. */
  readonly body: Buffer;
  /** The body with its framing: chunk sizes, trailers. */
  readonly rawBody: Buffer;
  /** Every value of a header, in order; the name in any case. */
  getAll(name: string): string[];
}

/** The head at that place, with an empty body; undefined as long as it is not complete. */
export function parseHead(bytes: Buffer, start = 0): RawRequest | undefined {
  const blank = bytes.indexOf('\r\n\r\n', start);
  if (blank < 0) return undefined;
  const head = bytes.toString('latin1', start, blank + 4);
  const [requestLine = '', ...lines] = head.slice(0, -4).split('\r\n');
  const [method = '', target = '', version = ''] = requestLine.split(' ');
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
  });
  const getAll = (name: string): string[] =>
    rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name.toLowerCase());
  const empty = Buffer.alloc(0);
  return { method, target, version, head, rawHeaders, body: empty, rawBody: empty, getAll };
}

/** Finds the requests in the bytes of a connection while they arrive, looking at each byte once. */
export class RequestReader {
  /** Where the current request starts. */
  start = 0;
  /** Up to where everything is understood. */
  #at = 0;
  #head: RawRequest | undefined;
  #chunked = false;
  /** Bytes of the body, or of the current chunk, that are still to come. */
  #length = 0;
  #pieces: Buffer[] = [];

  /**
   * The next complete request.
   *
   * @param bytes Everything that the connection has received, from its first byte.
   */
  next(bytes: Buffer): RawRequest | undefined {
    if (!this.#head && !this.#readHead(bytes)) return undefined;
    if (!(this.#chunked ? this.#readChunks(bytes) : this.#readLength(bytes))) return undefined;
    const rawBody = bytes.subarray(this.start + this.#head!.head.length, this.#at);
    const request = { ...this.#head!, body: Buffer.concat(this.#pieces), rawBody: Buffer.from(rawBody) };
    this.start = this.#at;
    this.#head = undefined;
    this.#pieces = [];
    return request;
  }

  #readHead(bytes: Buffer): boolean {
    const head = parseHead(bytes, this.start);
    if (!head) return false;
    this.#head = head;
    this.#at = this.start + head.head.length;
    this.#chunked = head.getAll('transfer-encoding').some((value) => /\bchunked\s*$/i.test(value));
    this.#length = this.#chunked ? 0 : Number.parseInt(head.getAll('content-length')[0] ?? '0', 10) || 0;
    return true;
  }

  #readLength(bytes: Buffer): boolean {
    if (bytes.length < this.#at + this.#length) return false;
    this.#pieces.push(bytes.subarray(this.#at, this.#at + this.#length));
    this.#at += this.#length;
    return true;
  }

  /** RFC 9112 §7.1, strictly: a broken chunk never completes, so that a test waiting for it fails. */
  #readChunks(bytes: Buffer): boolean {
    for (;;) {
      const lineEnd = bytes.indexOf('\r\n', this.#at);
      if (lineEnd < 0) return false;
      const size = /^([0-9a-f]+)(?:;.*)?$/i.exec(bytes.toString('latin1', this.#at, lineEnd))?.[1];
      if (size === undefined) return false;
      const from = lineEnd + 2;
      const to = from + Number.parseInt(size, 16);
      if (to === from) return this.#readTrailers(bytes, from);
      if (bytes.length < to + 2 || bytes.toString('latin1', to, to + 2) !== '\r\n') return false;
      this.#pieces.push(bytes.subarray(from, to));
      this.#at = to + 2;
    }
  }

  /** They end with an empty line. */
  #readTrailers(bytes: Buffer, from: number): boolean {
    for (let at = from; ; ) {
      const lineEnd = bytes.indexOf('\r\n', at);
      if (lineEnd < 0) return false;
      if (lineEnd === at) {
        this.#at = at + 2;
        return true;
      }
      at = lineEnd + 2;
    }
  }
}
