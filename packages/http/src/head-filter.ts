import type { Socket } from 'node:net';
import { ConnectionError } from '@requests-ts/core';
import { protocolError, withCode } from '@requests-ts/node-transport';

/** The limits of a response's head. */
export interface HeadLimits {
  readonly maxHeaderSize: number;
  readonly maxInformational: number;
}

type State = 'idle' | 'status' | 'informational' | 'headers' | 'body';

const PREFIX = Buffer.from('HTTP/1.');
const OK = Buffer.from('HTTP/1.1 200 OK\r\n');
const END = Buffer.from('\r\n\r\n');
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/;
const FRAMINGS = /\r\n(?:content-length|transfer-encoding)[\t ]*:/gi;
const FRAMING = /\r\n(?:content-length|transfer-encoding)[\t ]*:/i;
/** Framing bytes of a chunked body that are borne: sizes, extensions, trailers. */
const OVERHEAD = 16 * 1024;

/**
 * Stands between a socket and undici's parser, which is lenient or fatal where neither will do.
 *
 * It takes out informational responses (RFC 9110 §15.2: a client must expect them unasked; undici fails on 100), reads version and reason,
 * which undici does not hand on or damages, and bounds what undici does not count: the status line, the head as a whole, the overhead of
 * chunks.
 */
export class HeadFilter {
  readonly #limits: HeadLimits;
  readonly #socket: Socket;
  #state: State = 'idle';
  /** The beginning of a status line or an informational head that is not complete yet. */
  #held: Buffer | null = null;
  #headBytes = 0;
  /** The head so far, for as long as it is not complete. */
  #head: Buffer[] = [];
  #informational = 0;
  #wireBytes = 0;
  #payload = 0;
  #chunked = false;
  /** Bytes have arrived since `expect`. */
  touched: boolean = false;
  /** '1.0' or '1.1', of the last status line. */
  version: string = '1.1';
  /** As received, at most 256 characters, none of them a control. */
  reason: string = '';

  constructor(socket: Socket, limits: HeadLimits) {
    this.#socket = socket;
    this.#limits = limits;
    const read = socket.read.bind(socket);
    const unshift = socket.unshift.bind(socket);
    socket.read = (size?: number): Buffer | null => {
      const chunk = read(size) as Buffer | null;
      return chunk === null || this.#state === 'idle' ? chunk : this.#pass(chunk);
    };
    // A paused parser puts back what it did not take; that is not new on the wire.
    socket.unshift = (chunk: Uint8Array, encoding?: BufferEncoding): void => {
      this.#wireBytes -= chunk.length;
      unshift(chunk, encoding);
    };
  }

  /** A request is about to be written: the next bytes are a status line. */
  expect(): void {
    this.#state = 'status';
    this.touched = false;
    this.#held = null;
    this.#headBytes = 0;
    this.#head = [];
    this.#informational = 0;
  }

  /**
   * The head has two lengths, or a length and a transfer coding. undici's word for that is the one it has for whatever else is wrong with a head
   * that has a length.
   */
  get contradictory(): boolean {
    const [head = ''] = Buffer.concat(this.#head).toString('latin1').split('\r\n\r\n', 1);
    return (head.match(FRAMINGS)?.length ?? 0) > 1;
  }

  /** The head is complete. */
  startBody(chunked: boolean): void {
    this.#state = 'body';
    this.#head = [];
    this.#chunked = chunked;
    this.#wireBytes = 0;
    this.#payload = 0;
  }

  countPayload(bytes: number): void {
    this.#payload += bytes;
  }

  /** The message is complete: whatever comes now was not asked for, and undici drops the connection for it. */
  end(): void {
    this.#state = 'idle';
    this.#head = [];
  }

  #pass(chunk: Buffer): Buffer | null {
    switch (this.#state) {
      case 'body':
        // What was read before has been parsed by now, so the two counts are of the same bytes.
        if (this.#chunked && this.#wireBytes > OVERHEAD + 17 * this.#payload)
          return this.#refuse('has more chunk overhead than content');
        this.#wireBytes += chunk.length;
        return chunk;
      case 'headers':
        if (this.#headBytes > this.#limits.maxHeaderSize) return this.#tooLarge();
        this.#headBytes += chunk.length;
        this.#head.push(chunk);
        return chunk;
      default:
        return this.#begin(chunk);
    }
  }

  #begin(chunk: Buffer): Buffer | null {
    this.touched = true;
    if (
      this.#held === null &&
      this.#state === 'status' &&
      chunk.length >= OK.length &&
      OK.equals(chunk.subarray(0, OK.length))
    ) {
      this.version = '1.1';
      this.reason = 'OK';
      return this.#toHeaders(chunk);
    }
    let data = this.#held ? Buffer.concat([this.#held, chunk]) : chunk;
    this.#held = null;
    for (;;) {
      if (this.#state === 'informational') {
        const end = data.indexOf(END);
        if (this.#headBytes + (end < 0 ? data.length : end) > this.#limits.maxHeaderSize) return this.#tooLarge();
        if (end < 0) return this.#hold(data);
        if (FRAMING.test(data.toString('latin1', 0, end + 4)))
          return this.#refuse('has an informational part with a body');
        this.#headBytes += end + 4;
        data = data.subarray(end + 4);
        this.#state = 'status';
      }
      if (data.length === 0) return null;
      if (!data.subarray(0, PREFIX.length).equals(PREFIX.subarray(0, data.length)))
        return this.#refuse('does not begin with a status line of HTTP/1.0 or 1.1');
      const eol = data.indexOf(10);
      if ((eol < 0 ? data.length : eol) > this.#limits.maxHeaderSize) return this.#tooLarge();
      if (eol < 0) return this.#hold(data);
      const match = STATUS_LINE.exec(data.toString('latin1', 0, data[eol - 1] === 13 ? eol - 1 : eol));
      if (!match) return this.#refuse('has a malformed status line');
      if (match[2]!.startsWith('1')) {
        if (match[2] === '101') return this.#refuse('switches protocols (101), which nobody asked for');
        this.#informational++;
        if (this.#informational > this.#limits.maxInformational)
          return this.#refuse(`has more than ${this.#limits.maxInformational} informational parts (maxInformational)`);
        this.#state = 'informational';
        continue;
      }
      this.version = `1.${match[1]}`;
      this.reason = reasonOf(match[3] ?? '');
      return this.#toHeaders(data);
    }
  }

  #toHeaders(data: Buffer): Buffer {
    this.#state = 'headers';
    this.#headBytes += data.length;
    this.#head.push(data);
    return data;
  }

  #hold(data: Buffer): null {
    // A copy: the slab that a socket reads into is larger than what waits here.
    this.#held = Buffer.from(data);
    return null;
  }

  #refuse(what: string): null {
    this.#socket.destroy(protocolError(what, null));
    return null;
  }

  #tooLarge(): null {
    const { maxHeaderSize } = this.#limits;
    this.#socket.destroy(
      withCode(
        new ConnectionError(`The response's headers exceed ${maxHeaderSize} bytes (maxHeaderSize)`),
        'ERR_HEADERS_TOO_LARGE',
      ),
    );
    return null;
  }
}

/** UTF-8 where it is that, else ISO-8859-1, as Requests reads it; controls would only serve to deceive whoever reads a log. */
function reasonOf(latin1: string): string {
  const text = /[\x80-\xff]/.test(latin1) ? decode(latin1) : latin1;
  return text
    .replace(/[\x00-\x1f\x7f-\x9f]/g, '')
    .slice(0, 256)
    .trim();
}

function decode(latin1: string): string {
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? latin1 : text;
}
