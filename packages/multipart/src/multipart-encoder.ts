import { readOptions } from '@requests-ts/core/authors';
import { type EncoderFields, encoderParts } from './fields.ts';
import { MultipartBody } from './multipart-body.ts';
import type { SizeOf } from './source.ts';

/** How a multipart body is written. */
export interface MultipartEncoderOptions {
  /** 1 to 70 characters of RFC 2046 §5.1.1; random by default, so that no content can contain it on purpose. */
  readonly boundary?: string | undefined;
  /** Tells the length of streams that do not say it themselves. */
  readonly sizeOf?: SizeOf | undefined;
}

const OPTION_KEYS: readonly (keyof MultipartEncoderOptions)[] = ['boundary', 'sizeOf'];

/**
 * A multipart form that is read while it is sent, so that a file of any size costs no memory.
 *
 *     const encoder = new MultipartEncoder({ title: 'Holidays', file: ['film.mp4', await openAsBlob('film.mp4'), 'video/mp4'] });
 *     await session.post(url, { data: encoder, headers: { 'Content-Type': encoder.contentType } });
 *
 * Content alone makes a plain field, `[name, content]` a file. With a `Blob`, bytes, text or `{ stream, length }` in every part the length is
 * known and sent; any other stream makes the body chunked.
 */
export class MultipartEncoder extends MultipartBody {
  /** @throws TypeError for numbers and other content that is none, RangeError for a bad boundary, InvalidHeader for names, types and headers. */
  constructor(fields: EncoderFields, options: MultipartEncoderOptions = {}) {
    const { boundary, sizeOf } = readOptions<MultipartEncoderOptions>(options, OPTION_KEYS, 'MultipartEncoder');
    super(encoderParts(fields, sizeOf), boundary);
  }
}
