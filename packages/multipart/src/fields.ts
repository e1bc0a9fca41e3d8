/** Fields and files as parts, in their order. */
import type { FormFields, HeadersInit } from '@requests-ts/core';
import { formPairs, printable } from '@requests-ts/core/authors';
import { guessFilename } from './disposition.ts';
import { createPart, type Part, type PartInit } from './part.ts';
import type { PartContent, SizeOf } from './source.ts';

/** Content, or a list of file name, content and, optionally, type and extra header lines. */
export type EncoderValue =
  | PartContent
  | readonly [filename: string | null, content: PartContent]
  | readonly [filename: string | null, content: PartContent, type: string | null]
  | readonly [filename: string | null, content: PartContent, type: string | null, headers: HeadersInit | null];

/** Fields in order: a plain object, pairs, a `Map`, or `FormData`. */
export type EncoderFields =
  | Readonly<Record<string, EncoderValue>>
  | Iterable<readonly [field: string | Uint8Array, value: EncoderValue]>
  | FormData;

type Tuple = readonly [filename: unknown, content: unknown, type?: unknown, headers?: unknown];

/** What `data:` adds: plain fields, lists expanded, null left out, bytes as they are, the rest as text. @throws TypeError */
export function dataParts(data: FormFields | FormData | null): Part[] {
  if (data === null) return [];
  if (data instanceof FormData) return formDataParts(data);
  return Array.from(formPairs(data), ([field, content]) => plainPart(toText(field, 'field name'), content));
}

/**
 * What `files:` adds. Content without a file name gets that of its stream, else the field's; null is skipped; numbers and booleans are text.
 *
 * @throws TypeError for a list that is not of 2 to 4, and for what is no content.
 */
export function fileParts(files: unknown, sizeOf?: SizeOf): Part[] {
  if (files === null || files === undefined) return [];
  if (files instanceof FormData) return formDataParts(files);
  return entries(files, 'files').flatMap(([field, value]) => {
    const init = toPartInit(field, value, guessFilename(value) ?? field);
    const { content } = init;
    if (content === null || content === undefined) return [];
    const plain = typeof content === 'number' || typeof content === 'boolean' || typeof content === 'bigint';
    return createPart(plain ? { ...init, content: String(content) } : init, sizeOf);
  });
}

/** What an encoder's fields are: content alone is a plain field, but for a `File`, which has its name. @throws TypeError */
export function encoderParts(fields: EncoderFields, sizeOf?: SizeOf): Part[] {
  if (fields instanceof FormData) return formDataParts(fields);
  return entries(fields, 'fields').map(([field, value]) =>
    createPart(toPartInit(field, value, value instanceof File ? guessFilename(value) : null), sizeOf),
  );
}

function toPartInit(field: string, value: unknown, bareFilename: string | null): PartInit {
  const tuple: Tuple = Array.isArray(value) ? checkTuple(value, field) : [bareFilename, value];
  // A Blob has the type that its maker gave it; it is read once, since a getter may answer differently the second time.
  const [filename, content, type = content instanceof Blob ? content.type : null, headers] = tuple;
  return {
    field,
    filename: filename === null || filename === undefined ? null : toText(filename, 'file name'),
    content,
    type,
    headers,
  };
}

/** As a browser sends them, but with line ends in texts as they are; a file without a type is `application/octet-stream`. */
function formDataParts(form: FormData): Part[] {
  return Array.from(form.entries(), ([field, content]) =>
    typeof content === 'string'
      ? plainPart(field, content)
      : createPart({
          field,
          filename: content.name,
          content,
          type: content.type || 'application/octet-stream',
          headers: null,
        }),
  );
}

function plainPart(field: string, content: string | Uint8Array): Part {
  return createPart({ field, filename: null, content, type: null, headers: null });
}

/** The pairs of a mapping or a list. */
function entries(fields: unknown, what: string): [field: string, value: unknown][] {
  const wrong = new TypeError(`${what} must be an object, a Map, FormData or a list of [field, value] pairs`);
  if (typeof fields !== 'object' || fields === null || ArrayBuffer.isView(fields)) throw wrong;
  const pairs: unknown[] = Symbol.iterator in fields ? [...(fields as Iterable<unknown>)] : Object.entries(fields);
  return pairs.map((pair) => {
    if (!Array.isArray(pair) || pair.length !== 2) throw wrong;
    return [toText(pair[0], 'field name'), pair[1]];
  });
}

function checkTuple(value: readonly unknown[], field: string): Tuple {
  if (value.length >= 2 && value.length <= 4) return value as unknown as Tuple;
  throw new TypeError(
    `The list for '${printable(field)}' must be [name, content], [name, content, type] or [name, content, type, headers]`,
  );
}

/** A name; bytes are UTF-8. @throws TypeError */
function toText(name: unknown, what: string): string {
  if (typeof name === 'string') return name;
  if (typeof name === 'number') return String(name);
  if (!(name instanceof Uint8Array))
    throw new TypeError(`A ${what} must be text or bytes, not ${name === null ? 'null' : typeof name}`);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(name);
  } catch {
    throw new TypeError(`A ${what} in bytes must be UTF-8: decode it first`);
  }
}
