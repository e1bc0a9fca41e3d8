import { InvalidHeader } from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';
import { member } from './member.ts';

const CONTROL = /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]/;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '%22'],
  ['\r', '%0D'],
  ['\n', '%0A'],
]);

/**
 * The value of `Content-Disposition` (RFC 7578 §4.2), names as browsers write them: UTF-8 with `"`, CR and LF percent-escaped and the backslash
 * as it is (WHATWG HTML, "multipart form data").
 *
 * @param filename null: none, which makes it a plain field.
 * @throws InvalidHeader for other control characters.
 */
export function formatDisposition(name: string, filename: string | null): string {
  const field = `form-data; name="${escapeName(name, 'field name')}"`;
  return filename === null ? field : `${field}; filename="${escapeName(filename, 'file name')}"`;
}

function escapeName(name: string, what: string): string {
  if (CONTROL.test(name)) throw new InvalidHeader(`Invalid ${what} '${printable(name)}': it holds control characters`);
  return name.replace(/["\r\n]/g, (char) => ESCAPES.get(char)!);
}

/**
 * The name of the file behind a stream, without its directories (Requests: `guess_filename`).
 *
 * Looks at `name` (as of a `File`), then at `path` (as of a Node file stream), then at the stream of `{ stream, length }`.
 *
 * @returns null when there is none, and for names such as `<stdin>`.
 */
export function guessFilename(content: unknown): string | null {
  if (typeof content !== 'object' || content === null) return null;
  for (const key of ['name', 'path']) {
    const value = member(content, key);
    const path = value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
    if (typeof path !== 'string' || path === '' || path.startsWith('<') || path.endsWith('>')) continue;
    return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1) || null;
  }
  return Object.hasOwn(content, 'stream') ? guessFilename((content as { stream: unknown }).stream) : null;
}
