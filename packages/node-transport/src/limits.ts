import { ContentDecodingError } from '@requests-ts/core';
import { withCode } from './messages.ts';

/** How much a response may hold. */
export interface BodyLimits {
  /** Bytes on the wire; Infinity for no limit. */
  readonly maxBodySize: number;
  /** Bytes after decoding; Infinity for no limit. */
  readonly maxDecodedSize: number;
  /** Decoded bytes per byte on the wire, looked at once 64 MiB have come out; Infinity for no limit. */
  readonly maxRatio: number;
}

/** No limit but the guard against decompression bombs, which no honest body meets. */
export const DEFAULT_LIMITS: BodyLimits = { maxBodySize: Infinity, maxDecodedSize: Infinity, maxRatio: 200 };

const RATIO_FROM = 64 * 1024 * 1024;

/** Counts what goes into and comes out of one decoding stage. */
export class DecodeGuard {
  readonly #limits: BodyLimits;
  #input = 0;
  #output = 0;

  constructor(limits: BodyLimits) {
    this.#limits = limits;
  }

  take(bytes: number): void {
    this.#input += bytes;
  }

  /** @throws ContentDecodingError with code `ERR_TOO_LARGE` */
  give(bytes: number): void {
    this.#output += bytes;
    const { maxDecodedSize, maxRatio } = this.#limits;
    if (this.#output > maxDecodedSize)
      throw tooLarge(`the decoded body exceeds maxDecodedSize (${maxDecodedSize} bytes)`);
    if (this.#output > RATIO_FROM && this.#output > maxRatio * this.#input) {
      throw tooLarge(
        `the body decodes to more than ${maxRatio} times its size (maxRatio): ${this.#input} bytes gave ${this.#output}`,
      );
    }
  }
}

function tooLarge(what: string): ContentDecodingError {
  return withCode(new ContentDecodingError(`Response too large: ${what}`), 'ERR_TOO_LARGE');
}
