/** Text of protocols is ASCII: Unicode's own case and space rules would let other characters pass for it (security class D05). */

const UPPER = /[A-Z]/;
const LOWER = /[a-z]/;

/** Lower-cases A-Z and nothing else. */
export function asciiLower(text: string): string {
  return UPPER.test(text) ? text.replace(/[A-Z]+/g, (run) => run.toLowerCase()) : text;
}

/** Upper-cases a-z and nothing else. */
export function asciiUpper(text: string): string {
  return LOWER.test(text) ? text.replace(/[a-z]+/g, (run) => run.toUpperCase()) : text;
}

/** Removes blanks and tabs at both ends (the OWS of RFC 9110 §5.6.3). */
export function trimBlanks(text: string): string {
  return strip(text, ' \t');
}

/** Removes any of `chars` at both ends, in one pass. */
export function strip(text: string, chars: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && chars.includes(text[start]!)) start++;
  while (end > start && chars.includes(text[end - 1]!)) end--;
  return text.slice(start, end);
}

/** Peer-controlled text for a message: control bytes as \xNN, at most 100 characters. */
export function printable(text: string): string {
  const safe = text
    .slice(0, 100)
    .replace(/[\x00-\x1f\x7f-\x9f]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return text.length > 100 ? `${safe}...` : safe;
}
