import { readOptions } from '@requests-ts/core/authors';
import type { EncoderFields } from './fields.ts';
import type { MultipartBody } from './multipart-body.ts';
import { MultipartEncoder, type MultipartEncoderOptions } from './multipart-encoder.ts';

/** Called after every piece that was read, and once more at the end. What it throws ends the upload. */
export type MonitorCallback = (monitor: MultipartEncoderMonitor) => void;

const OPTION_KEYS = ['boundary', 'sizeOf', 'callback'] as const;

/**
 * Tells how far an upload has come: send it in place of the encoder.
 *
 * A body that is sent again (redirect, challenge, retry) counts from 0 again.
 */
export class MultipartEncoderMonitor implements AsyncIterable<Uint8Array> {
  readonly encoder: MultipartBody;
  readonly callback: MonitorCallback;
  #bytesRead = 0;

  constructor(encoder: MultipartBody, callback: MonitorCallback = () => {}) {
    this.encoder = encoder;
    this.callback = callback;
  }

  /** Makes the encoder too. @throws TypeError for an unknown option, and what `MultipartEncoder` throws. */
  static fromFields(
    fields: EncoderFields,
    options: MultipartEncoderOptions & { readonly callback?: MonitorCallback | undefined } = {},
  ): MultipartEncoderMonitor {
    const { callback, ...encoderOptions } = readOptions(options, OPTION_KEYS, 'MultipartEncoderMonitor');
    return new MultipartEncoderMonitor(new MultipartEncoder(fields, encoderOptions), callback);
  }

  /** Bytes handed out so far. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /** As of the encoder: bytes, or null. */
  get length(): number | null {
    return this.encoder.length;
  }

  get contentType(): string {
    return this.encoder.contentType;
  }

  get boundaryValue(): string {
    return this.encoder.boundaryValue;
  }

  get replayable(): boolean {
    return this.encoder.replayable;
  }

  get finished(): boolean {
    return this.encoder.finished;
  }

  /** As of the encoder. */
  async read(size: number = -1): Promise<Uint8Array> {
    const bytes = await this.encoder.read(size);
    this.#count(bytes.length);
    return bytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    this.#bytesRead = 0;
    for await (const piece of this.encoder) {
      this.#count(piece.length);
      yield piece;
    }
    this.#count(0);
  }

  #count(bytes: number): void {
    this.#bytesRead += bytes;
    this.callback(this);
  }
}
