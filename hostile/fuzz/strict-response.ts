/** RFC 9112 without any leniency: what an HTTP/1.1 response says, or null when a careful reader could be of two minds about it. */
import { toBytes } from './target.ts';

export interface StrictResponse {
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const STATUS = /^HTTP\/1\.1 ([1-5]\d\d) ([\t\x20-\x7e]*)$/;
const FIELD =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*([\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?|)[ \t]*$/;

/** @param text All bytes until the connection closed; nothing may follow the response. */
export function readStrictly(text: string): StrictResponse | null {
  let rest = text;
  for (let informational = 0; informational < 16; informational++) {
    const end = rest.indexOf('\r\n\r\n');
    if (end < 0) return null;
    const [first = '', ...lines] = rest.slice(0, end).split('\r\n');
    const status = STATUS.exec(first);
    if (!status) return null;
    const fields: [string, string][] = [];
    for (const line of lines) {
      const field = FIELD.exec(line);
      if (!field) return null;
      fields.push([field[1]!, field[2]!]);
    }
    rest = rest.slice(end + 4);
    const all = (name: string): string[] =>
      fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);
    const [lengths, transfers] = [all('content-length'), all('transfer-encoding')];
    const code = Number(status[1]);
    if (code < 200) {
      if (code === 101 || lengths.length + transfers.length > 0) return null;
      continue;
    }
    if (
      all('content-encoding').length + all('upgrade').length + all('connection').length > 0 ||
      lengths.length + transfers.length > 1
    )
      return null;
    const body = bodyOf(rest, code, lengths[0], transfers[0]);
    return body === null ? null : { status: code, reason: status[2]!.trim(), fields, body };
  }
  return null;
}

function bodyOf(rest: string, code: number, length: string | undefined, transfer: string | undefined): string | null {
  if (transfer !== undefined) return code === 204 || code === 304 || transfer !== 'chunked' ? null : chunks(rest);
  if (code === 204 || code === 304) return rest === '' && length === undefined ? '' : null;
  if (length === undefined) return rest;
  return /^(?:0|[1-9]\d{0,8})$/.test(length) && Number(length) === toBytes(rest).length ? rest : null;
}

function chunks(text: string): string | null {
  const chunk = /([0-9a-f]{1,7})(?:;[0-9a-z=]*)?\r\n/iy;
  let body = '';
  for (let at = 0; ; ) {
    chunk.lastIndex = at;
    const match = chunk.exec(text);
    if (!match) return null;
    const size = Number.parseInt(match[1]!, 16);
    at = chunk.lastIndex;
    if (size === 0) return text.slice(at) === '\r\n' ? body : null;
    if (text.slice(at + size, at + size + 2) !== '\r\n') return null;
    body += text.slice(at, at + size);
    at += size + 2;
  }
}
