/** Multipart bodies, as far as core takes part in them. */
import { type Data, type EncodeFiles, isFormFields, isStreamBody } from './body.ts';
import { entriesOf, type FormFields } from './form.ts';
import { missingPackage } from './missing-package.ts';

/** Asked last of what is common: platforms load a good deal when somebody first names `FormData`. */
export function isFormData(value: unknown): value is FormData {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && value instanceof FormData;
}

/** True for what makes a multipart body. */
export function hasFiles(files: unknown): boolean {
  if (typeof files !== 'object' || files === null) return Boolean(files);
  if (Array.isArray(files)) return files.length > 0 && entriesOf(files).length > 0;
  if (files instanceof Map) return files.size > 0;
  if (isFormData(files)) return files.keys().next().done !== true;
  return Symbol.iterator in files || Object.keys(files).length > 0;
}

/** The body that the session's encoder makes of fields and files. @throws TypeError for data that are no fields, or without an encoder. */
export function encodeMultipart(
  data: Data | undefined,
  files: unknown,
  encodeFiles: EncodeFiles | null | undefined,
): ReturnType<EncodeFiles> {
  if (!encodeFiles) throw missingPackage('files', '@requests-ts/multipart', 'session.encodeFiles = encodeFiles');
  if (data !== null && data !== undefined && !isFormData(data) && !isFormFields(data)) {
    throw new TypeError(
      isStreamBody(data)
        ? 'Streamed bodies and files are mutually exclusive'
        : 'Data must not be a string or bytes when files are given: pass fields',
    );
  }
  return encodeFiles((data as FormFields | FormData | null | undefined) ?? null, files);
}
