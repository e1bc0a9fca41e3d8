/** The characters of RFC 2046 §5.1.1, at most 70 and no blank at the end. */
const BOUNDARY = /^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A boundary nobody can foresee: 32 hexadecimal digits from the system's secure random numbers. */
export function chooseBoundary(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** @throws RangeError for what RFC 2046 §5.1.1 does not allow. */
export function checkBoundary(boundary: string): string {
  if (typeof boundary !== 'string' || !BOUNDARY.test(boundary)) {
    throw new RangeError(
      "A boundary has 1 to 70 characters of A-Z a-z 0-9 ' ( ) + _ , - . / : = ? and blank, the last one no blank",
    );
  }
  return boundary;
}

/** `multipart/form-data` with its boundary, in quotes where the header needs them. */
export function formatContentType(boundary: string): string {
  return `multipart/form-data; boundary=${TOKEN.test(boundary) ? boundary : `"${boundary}"`}`;
}

/** Where `needle` begins in `bytes`, or -1. */
export function indexOfBytes(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const last = bytes.length - needle.length;
  for (let at = bytes.indexOf(needle[0]!, from); at >= 0 && at <= last; at = bytes.indexOf(needle[0]!, at + 1)) {
    let matched = 1;
    while (matched < needle.length && bytes[at + matched] === needle[matched]) matched++;
    if (matched === needle.length) return at;
  }
  return -1;
}
