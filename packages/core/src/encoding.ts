/** Charsets: what the headers say, and text from bytes as Python decodes it (behaviour areas 4.2 and 21.2). */
import { asciiLower, strip } from './ascii.ts';
import { concat, latin1 } from './bytes.ts';
import type { Headers } from './headers.ts';

/** Guesses the charset of bytes; null when it cannot. */
export type DetectEncoding = (bytes: Uint8Array) => string | null;

/** A media type and its parameters, names in lower case, blanks and quotes trimmed; parts without "=" are dropped. */
export function parseContentType(header: string): [type: string, parameters: Map<string, string>] {
  const [type = '', ...rest] = header.split(';');
  const parameters = new Map<string, string>();
  for (const part of rest) {
    const at = part.indexOf('=');
    if (at >= 0) parameters.set(asciiLower(unquote(part.slice(0, at))), unquote(part.slice(at + 1)));
  }
  return [type.trim(), parameters];
}

/** Trims blanks and quotes of either kind at both ends. */
function unquote(text: string): string {
  return strip(text, ' \t\r\n"\'');
}

/**
 * The charset that the headers announce (Requests: `get_encoding_from_headers`).
 *
 * @param textDefault Charset of `text/*` without one: ISO-8859-1 (RFC 2616 §3.7.1, which Requests keeps).
 * @returns null when they say nothing.
 */
export function getEncodingFromHeaders(headers: Headers, textDefault = 'ISO-8859-1'): string | null {
  const header = headers.get('content-type');
  if (!header) return null;
  if (header === 'application/json') return 'utf-8';
  const [type, parameters] = parseContentType(header);
  const charset = parameters.get('charset');
  if (charset !== undefined) return charset;
  if (type.includes('text')) return textDefault;
  return type.includes('application/json') ? 'utf-8' : null;
}

/** Turns bytes into text piece by piece; bytes that do not fit become U+FFFD. */
export interface Decoder {
  decode(bytes?: Uint8Array, options?: { stream: boolean }): string;
}

/**
 * A decoder for a charset name, or null when nobody knows the name.
 *
 * Python's meaning where the platform's differs: ISO-8859-1 and ASCII are themselves rather than Windows-1252, UTF-8 keeps a BOM
 * (`utf-8-sig` drops it), UTF-16 and UTF-32 honour one.
 *
 * @param fatal Whether the platform's decoders throw a TypeError for bytes that do not fit.
 */
export function createDecoder(encoding: string, fatal: boolean = false): Decoder | null {
  const label = asciiLower(encoding.trim());
  const name = label.replace(/[_ ]/g, '-');
  if (/^(?:latin-?1|l1|iso-?8859-1|8859|cp819|ibm819|iso-ir-100|csisolatin1)$/.test(name))
    return { decode: (bytes) => latin1(bytes ?? new Uint8Array(0)) };
  if (/^(?:us-ascii|ascii|646|ansi-x3.4-1968)$/.test(name)) return { decode: ascii };
  const utf32 = /^utf-?32(?:-?(le|be))?$/.exec(name);
  if (utf32) return new Utf32Decoder(utf32[1]);
  if (/^utf-?16$/.test(name)) return new Utf16Decoder(fatal);
  const signed = /^utf-?8-sig$/.test(name);
  // Some names of the platform have underscores.
  for (const known of [signed ? 'utf-8' : (ALIASES.get(name) ?? name), label]) {
    try {
      let decoder = new TextDecoder(known, { ignoreBOM: !signed, fatal });
      if (fatal) return decoder;
      return {
        decode: (...piece) => {
          try {
            return decoder.decode(...piece);
          } catch {
            // Node fails where a broken sequence of GB18030 or EUC-JP goes on in the next piece, instead of writing U+FFFD.
            decoder = new TextDecoder(known);
            return `\ufffd${decoder.decode(...piece)}`;
          }
        },
      };
    } catch {
      // Unknown under this spelling.
    }
  }
  return null;
}

/** Names that Python knows and WHATWG does not. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['u8', 'utf-8'],
  ['utf-16-le', 'utf-16le'],
  ['utf-16-be', 'utf-16be'],
  ['cp932', 'shift_jis'],
  ['cp949', 'euc-kr'],
  ['cp936', 'gbk'],
  ['cp950', 'big5'],
  ['cp65001', 'utf-8'],
  ['iso2022-jp', 'iso-2022-jp'],
  ['latin9', 'iso-8859-15'],
  ['mac-roman', 'macintosh'],
]);

function ascii(bytes: Uint8Array = new Uint8Array(0)): string {
  return latin1(bytes).replace(/[\x80-\xff]/g, '\ufffd');
}

/** UTF-16 in the order of its BOM, little-endian without one; the BOM is dropped. */
class Utf16Decoder implements Decoder {
  readonly #fatal: boolean;
  #decoder: TextDecoder | null = null;
  #head: Uint8Array = new Uint8Array(0);

  constructor(fatal: boolean) {
    this.#fatal = fatal;
  }

  decode(bytes: Uint8Array = new Uint8Array(0), options: { stream: boolean } = { stream: false }): string {
    if (!this.#decoder) {
      this.#head = concat([this.#head, bytes]);
      if (this.#head.length < 2 && options.stream) return '';
      const bigEndian = this.#head[0] === 0xfe && this.#head[1] === 0xff;
      this.#decoder = new TextDecoder(bigEndian ? 'utf-16be' : 'utf-16le', { fatal: this.#fatal });
      return this.#decoder.decode(this.#head, options);
    }
    return this.#decoder.decode(bytes, options);
  }
}

class Utf32Decoder implements Decoder {
  #order: string | undefined;
  #rest: Uint8Array = new Uint8Array(0);
  #began = false;

  constructor(order: string | undefined) {
    this.#order = order;
  }

  decode(bytes: Uint8Array = new Uint8Array(0), options: { stream: boolean } = { stream: false }): string {
    const all = concat([this.#rest, bytes]);
    const view = new DataView(all.buffer, all.byteOffset, all.byteLength);
    let out = '';
    let at = 0;
    for (; at + 4 <= all.length; at += 4) {
      if (!this.#began) {
        this.#began = true;
        const bom = this.#order === undefined && view.getUint32(at, true);
        this.#order ??= bom === 0xfffe0000 ? 'be' : 'le';
        if (bom === 0xfffe0000 || bom === 0xfeff) continue;
      }
      const code = view.getUint32(at, this.#order === 'le');
      out += code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? '\ufffd' : String.fromCodePoint(code);
    }
    this.#rest = all.slice(at);
    return options.stream || this.#rest.length === 0 ? out : `${out}\ufffd`;
  }
}

const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of a body: an unknown or absent charset is read as UTF-8, and nothing ever fails. */
export function decodeText(bytes: Uint8Array, encoding: string | null): string {
  if (bytes.length === 0) return '';
  if (encoding === 'utf-8') return UTF_8.decode(bytes);
  return ((encoding && createDecoder(encoding)) || createDecoder('utf-8')!).decode(bytes);
}

/** Which UTF a JSON text is in, from its first four bytes (Requests: `guess_json_utf`); null when it is none. */
export function guessJsonUtf(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if ((a === 0xff && b === 0xfe && c === 0 && d === 0) || (a === 0 && b === 0 && c === 0xfe && d === 0xff))
    return 'utf-32';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8-sig';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'utf-16';
  const nulls = [a, b, c, d].map((byte) => (byte === 0 ? '0' : 'x')).join('');
  return JSON_UTF.get(nulls) ?? null;
}

const JSON_UTF: ReadonlyMap<string, string> = new Map([
  ['xxxx', 'utf-8'],
  ['0x0x', 'utf-16-be'],
  ['x0x0', 'utf-16-le'],
  ['000x', 'utf-32-be'],
  ['x000', 'utf-32-le'],
]);
