/** JSON bodies: parsing with a position for errors, and validation by any Standard Schema validator. */
import { createDecoder, guessJsonUtf } from './encoding.ts';
import { type ErrorContext, InvalidJSONError, JSONDecodeError } from './exceptions.ts';

/** The part of the Standard Schema interface (version 1) that we use: zod, valibot, arktype and others implement it. */
export interface StandardSchema<Output = unknown> {
  readonly '~standard': {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
  };
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type Reviver = (this: unknown, key: string, value: unknown) => unknown;

/** The text of a JSON body whose charset nobody named: UTF-8, 16 or 32 by its first bytes; null when it is none of them. */
export function decodeJsonBytes(bytes: Uint8Array): string | null {
  const utf = bytes.length > 3 ? guessJsonUtf(bytes) : null;
  if (utf === null) return null;
  try {
    return createDecoder(utf, true)!.decode(bytes);
  } catch {
    return null;
  }
}

/** The schema, or undefined for a reviver. @throws TypeError for what is neither: nothing would be validated. */
export function asSchema(given: StandardSchema | Reviver | undefined): StandardSchema | undefined {
  if (given && '~standard' in Object(given)) return given as StandardSchema;
  if (given && typeof given !== 'function') throw new TypeError('json(schema): not a Standard Schema');
  return undefined;
}

/** @throws JSONDecodeError with the position; its message shows nothing of the text. */
export function parseJson(text: string, reviver: Reviver | undefined, context: ErrorContext): unknown {
  try {
    return JSON.parse(text, reviver);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    const pos = errorPosition(text);
    // Engines quote the text in their message, which may hold secrets: the cause is left out.
    throw new JSONDecodeError(pos >= text.length ? 'Unexpected end of JSON' : 'Unexpected character in JSON', {
      ...context,
      doc: text,
      pos,
    });
  }
}

const PLAIN = /[^"\\\x00-\x1f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\n\r]*/y;
/** What a number or a word begins with. */
const SCALAR = /[-\dtfn]/;
/** What a value begins with: `v` stands for numbers and words. */
const VALUE = '{["v';

/** Index of the first character at which the text stops being JSON (RFC 8259), its length when it is. Neither depth nor length costs stack. */
export function errorPosition(text: string): number {
  let at = 0;
  const eat = (token: RegExp): boolean => {
    token.lastIndex = at;
    const found = token.test(text);
    if (found) at = token.lastIndex;
    return found;
  };
  /** Stops at what does not belong into a string, or at the end. One expression for all of it would overflow on megabytes. */
  const eatString = (): boolean => {
    at++;
    do eat(PLAIN);
    while (eat(ESCAPE));
    return text[at] === '"' && at++ > 0;
  };
  const open: string[] = [];
  let expected = VALUE;
  for (;;) {
    eat(BLANK);
    const char = text[at] ?? '';
    const kind = SCALAR.test(char) ? 'v' : char;
    if (kind === '' || !expected.includes(kind)) return at;
    if (kind === '"' ? !eatString() : kind === 'v' ? !eat(NUMBER) && !eat(WORD) : !++at) return at;
    if (kind === '{' || kind === '[') {
      open.push(kind);
      expected = kind === '{' ? `"}` : `${VALUE}]`;
    } else if (kind === ',') expected = open.at(-1) === '{' ? '"' : VALUE;
    else if (kind === ':') expected = VALUE;
    else if (kind === '"' && !expected.includes('v')) expected = ':';
    else {
      if (kind === '}' || kind === ']') open.pop();
      expected = open.length === 0 ? '' : open.at(-1) === '{' ? ',}' : ',]';
    }
  }
}

/**
 * Validates a parsed body.
 *
 * @throws InvalidJSONError listing the issues (their messages and paths come from the validator); TypeError for a validator that is async.
 */
export function validateJson<Output>(value: unknown, schema: StandardSchema<Output>, context: ErrorContext): Output {
  const result = schema['~standard'].validate(value);
  if (result instanceof Promise) throw new TypeError('json(schema): the schema is asynchronous');
  if (!result.issues) return result.value;
  const shown = result.issues.slice(0, 3).map(({ message, path }) => {
    const where = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return where === '' ? message : `${where}: ${message}`;
  });
  const more = result.issues.length > 3 ? `; and ${result.issues.length - 3} more` : '';
  throw new InvalidJSONError(`The JSON body does not match the schema: ${shown.join('; ')}${more}`, {
    ...context,
    cause: result.issues,
  });
}
