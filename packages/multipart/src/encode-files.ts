import type { EncodedFiles, EncodeFiles, FormFields } from '@requests-ts/core';
import { readOptions } from '@requests-ts/core/authors';
import { dataParts, fileParts } from './fields.ts';
import { MultipartBody } from './multipart-body.ts';
import type { SizeOf } from './source.ts';

/** How `files:` becomes a body. */
export interface EncodeFilesOptions {
  /** Makes a boundary for each body; random by default. */
  readonly boundary?: (() => string) | undefined;
  /** Tells the length of streams that do not say it themselves, so that they are sent with `Content-Length`. */
  readonly sizeOf?: SizeOf | undefined;
}

const OPTION_KEYS: readonly (keyof EncodeFilesOptions)[] = ['boundary', 'sizeOf'];

/**
 * An encoder for `session.encodeFiles`.
 *
 * The body is bytes when every part is text or bytes; a Blob or stream makes it one that is read while it is sent.
 *
 * @throws TypeError for an unknown option.
 */
export function createEncodeFiles(options: EncodeFilesOptions = {}): EncodeFiles {
  const { boundary, sizeOf } = readOptions<EncodeFilesOptions>(options, OPTION_KEYS, 'createEncodeFiles');
  return (data, files) => encode(data, files, boundary?.(), sizeOf);
}

/**
 * Makes `files:`, the fields of `data:` and `FormData` a multipart body: `session.encodeFiles = encodeFiles` (Requests: "POST a
 * Multipart-Encoded File").
 *
 * @throws TypeError for files in a shape that is none; InvalidHeader for names, types and headers that would break the header lines.
 */
export const encodeFiles: EncodeFiles = (data, files) => encode(data, files, undefined, undefined);

function encode(
  data: FormFields | FormData | null,
  files: unknown,
  boundary: string | undefined,
  sizeOf: SizeOf | undefined,
): EncodedFiles {
  const body = new MultipartBody([...dataParts(data), ...fileParts(files, sizeOf)], boundary);
  return { body: body.toBytes() ?? body, contentType: body.contentType };
}
