/** One part of a form (RFC 7578). */
export interface Part {
  readonly name: string;
  /** Present for files only. */
  readonly filename: string | undefined;
  readonly contentType: string | undefined;
  readonly content: Buffer;
}

/**
 * Takes a `multipart/form-data` body apart; strict, so that a test sees a body that is put together wrongly.
 *
 * @throws Error naming what is wrong: no boundary, no closing boundary, a part without a name.
 */
export function parseMultipart(body: Buffer, contentType: string): Part[] {
  const [, quoted, plain] = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain;
  if (boundary === undefined) throw new Error(`multipart: no boundary in '${contentType}'`);
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  // The first delimiter may stand at the very start.
  const bytes = Buffer.concat([Buffer.from('\r\n'), body]);
  const parts: Part[] = [];
  let at = bytes.indexOf(delimiter);
  if (at < 0) throw new Error('multipart: the boundary does not occur in the body');
  for (;;) {
    const start = at + delimiter.length;
    if (bytes.subarray(start, start + 2).equals(Buffer.from('--'))) return parts;
    at = bytes.indexOf(delimiter, start);
    if (at < 0) throw new Error('multipart: the closing boundary is missing');
    parts.push(parsePart(bytes.subarray(start, at)));
  }
}

function parsePart(bytes: Buffer): Part {
  const blank = bytes.indexOf('\r\n\r\n');
  if (blank < 0 || !bytes.subarray(0, 2).equals(Buffer.from('\r\n')))
    throw new Error('multipart: a part without headers');
  const headers = new Map<string, string>();
  for (const line of bytes.subarray(2, blank).toString('utf8').split('\r\n')) {
    const colon = line.indexOf(':');
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const disposition = headers.get('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (name === undefined) throw new Error(`multipart: a part without a name: '${disposition}'`);
  return {
    name,
    filename: parameter(disposition, 'filename'),
    contentType: headers.get('content-type'),
    content: bytes.subarray(blank + 4),
  };
}

/** A parameter in any of its forms: quoted as browsers do, bare, or extended (RFC 5987). */
function parameter(disposition: string, name: string): string | undefined {
  const extended = new RegExp(`;\\s*${name}\\*=utf-8''([^;]+)`, 'i').exec(disposition)?.[1];
  if (extended !== undefined) return decodeURIComponent(extended);
  const match = new RegExp(`;\\s*${name}=(?:"((?:\\\\.|[^"\\\\])*)"|([^;]*))`, 'i').exec(disposition);
  if (!match) return undefined;
  const value = match[1] === undefined ? match[2]!.trim() : match[1].replace(/\\(["\\])/g, '$1');
  return value.replace(/%22|%0D|%0A/gi, (escaped) => decodeURIComponent(escaped));
}
