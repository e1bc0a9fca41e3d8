import { Headers, RequestException, type Response } from '@requests-ts/core';
import {
  asciiLower,
  createDecoder,
  decodeText,
  parseContentType,
  printable,
  readOptions,
  trimBlanks,
} from '@requests-ts/core/authors';
import { checkBoundary, indexOfBytes } from './boundary.ts';

/** The content type is not `multipart/*`, or has no usable boundary. */
export class NonMultipartContentTypeException extends RequestException {
  override readonly name: string = 'NonMultipartContentTypeException';
  override readonly code: string = 'ERR_NON_MULTIPART_CONTENT_TYPE';
}

/** The body is not what its content type says, or exceeds a limit. */
export class ImproperBodyPartContentException extends RequestException {
  override readonly name: string = 'ImproperBodyPartContentException';
  override readonly code: string = 'ERR_IMPROPER_BODY_PART_CONTENT';
}

/** How a multipart body is read; the limits bound the work that a peer can cause. */
export interface MultipartDecoderOptions {
  /** Charset of the header lines and of `part.text`; UTF-8. */
  readonly encoding?: string | undefined;
  /** 1,000. */
  readonly maxParts?: number | undefined;
  /** Lines per part; 64. */
  readonly maxHeaderLines?: number | undefined;
  /** Of the header lines of a part together, in bytes; 16 KiB. */
  readonly maxHeaderBytes?: number | undefined;
}

type Limits = { readonly [Key in keyof MultipartDecoderOptions]-?: NonNullable<MultipartDecoderOptions[Key]> };

const OPTION_KEYS: readonly (keyof MultipartDecoderOptions)[] = [
  'encoding',
  'maxParts',
  'maxHeaderLines',
  'maxHeaderBytes',
];
const encoder = new TextEncoder();
const CRLF = encoder.encode('\r\n');
const EMPTY_LINE = encoder.encode('\r\n\r\n');
const HYPHEN = 0x2d;

/** One part of a multipart body. */
export class BodyPart {
  /** A copy of exactly these bytes. */
  readonly content: Uint8Array;
  readonly headers: Headers;
  readonly encoding: string;

  constructor(content: Uint8Array, headers: Headers, encoding: string) {
    this.content = content;
    this.headers = headers;
    this.encoding = encoding;
  }

  /** The content in the decoder's `encoding`. */
  get text(): string {
    return decodeText(this.content, this.encoding);
  }
}

/**
 * Splits a multipart body into its parts (RFC 2046 §5.1).
 *
 *     for (const part of MultipartDecoder.fromResponse(response).parts) console.log(part.headers.get('content-type'), part.text);
 *
 * Takes time by the length of the body. What comes before the first boundary and after the last is ignored.
 */
export class MultipartDecoder {
  readonly contentType: string;
  readonly encoding: string;
  readonly parts: readonly BodyPart[];

  /**
   * @throws NonMultipartContentTypeException, ImproperBodyPartContentException; TypeError, RangeError for bad options.
   */
  constructor(content: Uint8Array | string, contentType: string, options: MultipartDecoderOptions = {}) {
    const given = readOptions<MultipartDecoderOptions>(options, OPTION_KEYS, 'MultipartDecoder');
    const { encoding = 'utf-8', maxParts = 1000, maxHeaderLines = 64, maxHeaderBytes = 16_384 } = given;
    if (!createDecoder(encoding)) throw new RangeError(`Unknown encoding '${printable(encoding)}'`);
    this.contentType = contentType;
    this.encoding = encoding;
    const bytes = typeof content === 'string' ? encoder.encode(content) : content;
    this.parts = decodeParts(bytes, boundaryOf(contentType), { encoding, maxParts, maxHeaderLines, maxHeaderBytes });
  }

  /** Decodes a response whose body has been read. */
  static fromResponse(response: Response, options: MultipartDecoderOptions = {}): MultipartDecoder {
    return new MultipartDecoder(response.content, response.headers.get('Content-Type', ''), options);
  }
}

function boundaryOf(contentType: string): string {
  const [type, parameters] = parseContentType(contentType);
  if (!asciiLower(type).startsWith('multipart/')) {
    throw new NonMultipartContentTypeException(`Unexpected content type '${printable(type)}': must be multipart`);
  }
  try {
    return checkBoundary(parameters.get('boundary') ?? '');
  } catch (cause) {
    throw new NonMultipartContentTypeException('The content type has no usable boundary', { cause });
  }
}

function decodeParts(bytes: Uint8Array, boundary: string, limits: Limits): BodyPart[] {
  const delimiter = encoder.encode(`\r\n--${boundary}`);
  const parts: BodyPart[] = [];
  // The first delimiter may stand at the very start, without a line end before it.
  const atStart = indexOfBytes(bytes.subarray(0, delimiter.length - 2), delimiter.subarray(2), 0) === 0;
  let line = atStart ? readDelimiter(bytes, delimiter.length - 2) : null;
  let next = line ? null : nextDelimiter(bytes, delimiter, 0);
  line ??= next;
  while (line && !line.last) {
    if (parts.length >= limits.maxParts) throw improper(`has more than ${limits.maxParts} parts`);
    // The line end of one delimiter may already belong to the next.
    next = nextDelimiter(bytes, delimiter, line.end - 2);
    if (!next) throw improper('does not end with its boundary');
    parts.push(decodePart(bytes.subarray(line.end, Math.max(line.end, next.start)), limits));
    line = next;
  }
  if (!line) throw improper('does not contain its boundary');
  return parts;
}

/** A boundary's line. */
interface Delimiter {
  /** Where the part before it ends. */
  readonly start: number;
  /** Where the part after it begins. */
  readonly end: number;
  readonly last: boolean;
}

function nextDelimiter(bytes: Uint8Array, delimiter: Uint8Array, from: number): Delimiter | null {
  for (
    let at = indexOfBytes(bytes, delimiter, from);
    at >= 0;
    at = indexOfBytes(bytes, delimiter, at + delimiter.length)
  ) {
    const found = readDelimiter(bytes, at + delimiter.length);
    if (found) return { ...found, start: at };
  }
  return null;
}

/** What follows a boundary: two hyphens, or blanks and a line end. Anything else is a longer word in the content. */
function readDelimiter(bytes: Uint8Array, after: number): Delimiter | null {
  if (bytes[after] === HYPHEN && bytes[after + 1] === HYPHEN) return { start: 0, end: after + 2, last: true };
  let at = after;
  while (bytes[at] === 0x20 || bytes[at] === 0x09) at++;
  return bytes[at] === 0x0d && bytes[at + 1] === 0x0a ? { start: 0, end: at + 2, last: false } : null;
}

function decodePart(part: Uint8Array, limits: Limits): BodyPart {
  const bare = part[0] === CRLF[0] && part[1] === CRLF[1];
  const end = bare ? 0 : indexOfBytes(part.subarray(0, limits.maxHeaderBytes + EMPTY_LINE.length), EMPTY_LINE, 0);
  if (end < 0) {
    const tooLong = part.length > limits.maxHeaderBytes;
    throw improper(
      tooLong
        ? `has more than ${limits.maxHeaderBytes} bytes of headers in a part`
        : 'has a part without an empty line after its headers',
    );
  }
  const headers = decodeHeaders(part.subarray(0, end), limits);
  return new BodyPart(part.slice(bare ? 2 : end + EMPTY_LINE.length), headers, limits.encoding);
}

function decodeHeaders(bytes: Uint8Array, { encoding, maxHeaderLines }: Limits): Headers {
  const flat: string[] = [];
  const lines = bytes.length === 0 ? [] : decodeText(bytes, encoding).split('\r\n');
  if (lines.length > maxHeaderLines) throw improper(`has more than ${maxHeaderLines} header lines in a part`);
  for (const line of lines) {
    if (/[\x00\r\n]/.test(line)) throw improper('has a control character in a header line');
    // A line that begins with a blank continues the one before (RFC 5322 §2.2.3).
    if (/^[ \t]/.test(line) && flat.length > 0) flat.push(`${flat.pop()} ${trimBlanks(line)}`);
    else {
      const [, name, value] = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):(.*)$/s.exec(line) ?? [];
      if (name === undefined || value === undefined) throw improper('has a header line without a name');
      flat.push(name, trimBlanks(value));
    }
  }
  return Headers.received(flat);
}

function improper(what: string): ImproperBodyPartContentException {
  return new ImproperBodyPartContentException(`The multipart body ${what}`);
}
