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

/**
 * Finds the end of the first request in the bytes of a connection.
 *
 * @returns undefined as long as it is not complete. `end` counts the bytes that it took.
 */
export function parseRequest(bytes: Buffer): { readonly request: RawRequest; readonly end: number } | undefined {
  const request = parseHead(bytes);
  if (!request) return undefined;
  const start = request.head.length;
  const chunked = request.getAll('transfer-encoding').some((value) => /\bchunked\s*$/i.test(value));
  const length = Number.parseInt(request.getAll('content-length')[0] ?? '0', 10) || 0;
  const found = chunked
    ? parseChunks(bytes, start)
    : { body: bytes.subarray(start, start + length), end: start + length };
  if (!found || found.end > bytes.length) return undefined;
  return { request: { ...request, body: found.body, rawBody: bytes.subarray(start, found.end) }, end: found.end };
}

/** The head alone, with an empty body; undefined as long as it is not complete. */
export function parseHead(bytes: Buffer): RawRequest | undefined {
  const blank = bytes.indexOf('\r\n\r\n');
  if (blank < 0) return undefined;
  const head = bytes.toString('latin1', 0, blank + 4);
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

/** RFC 9112 §7.1, strictly: a broken chunk never completes, so that a test waiting for it fails. */
function parseChunks(bytes: Buffer, start: number): { readonly body: Buffer; readonly end: number } | undefined {
  const pieces: Buffer[] = [];
  let at = start;
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const size = /^([0-9a-f]+)(?:;.*)?$/i.exec(bytes.toString('latin1', at, lineEnd))?.[1];
    if (size === undefined) return undefined;
    at = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    if (bytes.length < at + length + 2 || bytes.toString('latin1', at + length, at + length + 2) !== '\r\n')
      return undefined;
    pieces.push(bytes.subarray(at, at + length));
    at += length + 2;
  }
  // Trailers end with an empty line.
  for (;;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return undefined;
    const empty = lineEnd === at;
    at = lineEnd + 2;
    if (empty) return { body: Buffer.concat(pieces), end: at };
  }
}
