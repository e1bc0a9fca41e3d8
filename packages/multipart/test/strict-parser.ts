/** A second opinion on what went over the wire: a multipart parser that shares nothing with the package and forgives nothing. */

export interface StrictPart {
  /** Line by line, names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly content: Buffer;
}

/** @throws Error for everything that is not exactly as RFC 2046 section 5.1.1 and RFC 7578 section 4 want it. */
export function parseStrictly(body: Uint8Array, contentType: string): StrictPart[] {
  const boundary = /^multipart\/form-data; boundary=([0-9A-Za-z-]{1,70})$/.exec(contentType)?.[1];
  if (!boundary) throw new Error(`content type ${contentType}`);
  // As ISO-8859-1 every byte is one character.
  const text = Buffer.from(body).toString('latin1');
  const end = `--${boundary}--\r\n`;
  if (text === end) return [];
  if (!text.startsWith(`--${boundary}\r\n`) || !text.endsWith(`\r\n${end}`)) throw new Error('frame');
  const inner = text.slice(boundary.length + 4, -end.length - 2);
  return inner.split(`\r\n--${boundary}\r\n`).map((part) => {
    const at = part.indexOf('\r\n\r\n');
    if (at < 0) throw new Error('no empty line');
    const lines = part.slice(0, at).split('\r\n');
    const headers = lines.map((line): readonly [string, string] => {
      const match = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+): ([\t\x20-\x7e\x80-\xff]*)$/.exec(line);
      if (!match) throw new Error(`header line ${JSON.stringify(line)}`);
      return [match[1]!.toLowerCase(), Buffer.from(match[2]!, 'latin1').toString()];
    });
    return { headers, content: Buffer.from(part.slice(at + 4), 'latin1') };
  });
}
