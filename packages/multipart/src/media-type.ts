import { InvalidHeader } from '@requests-ts/core';
import { printable } from '@requests-ts/core/authors';

const TOKEN = "[!#$%&'*+\\-.^_`|~0-9A-Za-z]+";
const QUOTED = '"(?:[\\t\\x20-\\x21\\x23-\\x5b\\x5d-\\x7e\\x80-\\xff]|\\\\[\\t\\x20-\\x7e\\x80-\\xff])*"';
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}(?:[ \\t]*;(?:[ \\t]*${TOKEN}=(?:${TOKEN}|${QUOTED}))?)*[ \\t]*$`);

/**
 * Checks the `Content-Type` of a part (RFC 9110 §8.3.1).
 *
 * @returns The type, or null for null and "".
 * @throws InvalidHeader for anything else than `type/subtype` with parameters; a line break in it would begin a header.
 */
export function checkMediaType(type: unknown, part: string): string | null {
  if (type === null || type === undefined || type === '') return null;
  if (typeof type !== 'string') throw new InvalidHeader(`The content type of ${part} must be text, not ${typeof type}`);
  if (!MEDIA_TYPE.test(type))
    throw new InvalidHeader(`'${printable(type)}' is no content type for ${part}: write type/subtype`);
  return type;
}
