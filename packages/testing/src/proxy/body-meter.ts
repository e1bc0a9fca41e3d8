import type { RawRequest } from '../raw/raw-request.ts';

type State = 'size' | 'data' | 'trailers' | 'done';

/** Follows the body of a message that passes through, to know where the next message starts (RFC 9112 §6.3). */
export class BodyMeter {
  #state: State;
  /** Bytes of the body, or of the chunk with its line end, that are still to come. */
  #left: number;
  readonly #chunked: boolean;
  #line = '';

  constructor(head: RawRequest) {
    this.#chunked = head.getAll('transfer-encoding').some((value) => /\bchunked\s*$/i.test(value));
    this.#left = this.#chunked ? 0 : Number.parseInt(head.getAll('content-length')[0] ?? '0', 10) || 0;
    this.#state = this.#chunked ? 'size' : this.#left > 0 ? 'data' : 'done';
  }

  get done(): boolean {
    return this.#state === 'done';
  }

  /** How many of these bytes belong to the body. */
  take(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const taken = Math.min(this.#left, bytes.length - at);
        at += taken;
        this.#left -= taken;
        if (this.#left === 0) this.#state = this.#chunked ? 'size' : 'done';
      } else {
        this.#line += String.fromCharCode(bytes[at]!);
        at += 1;
        if (this.#line.endsWith('\r\n')) this.#endLine();
      }
    }
    return at;
  }

  #endLine(): void {
    const line = this.#line.slice(0, -2);
    this.#line = '';
    if (this.#state === 'trailers') {
      if (line === '') this.#state = 'done';
      return;
    }
    const size = Number.parseInt(line, 16) || 0;
    this.#left = size + 2;
    this.#state = size === 0 ? 'trailers' : 'data';
  }
}
