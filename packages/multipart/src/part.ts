import { Headers, type HeadersInit, type HeaderValue } from '@requests-ts/core';
import { asciiLower } from '@requests-ts/core/authors';
import { formatDisposition } from './disposition.ts';
import { checkMediaType } from './media-type.ts';
import { createSource, partName, type SizeOf, type Source } from './source.ts';

/** One part of a body: its header lines, ready to send, and its content. */
export interface Part {
  /** From `Content-Disposition` to the empty line. */
  readonly head: Uint8Array;
  readonly source: Source;
  /** For messages. */
  readonly name: string;
}

/** What a part is made of; every key is there, so that none is looked for on `Object.prototype`. */
export interface PartInit {
  readonly field: string;
  /** null: no `filename` parameter, which makes it a plain field. */
  readonly filename: string | null;
  readonly content: unknown;
  /** Never guessed from the file name. */
  readonly type: unknown;
  readonly headers: unknown;
}

/** Ours to write: the caller's are dropped, whatever their case. */
const RESERVED = new Set(['content-disposition', 'content-type', 'content-location']);
const encoder = new TextEncoder();

/** @throws InvalidHeader for names, a type or headers that would break the header lines; TypeError, RangeError for bad content. */
export function createPart({ field, filename, content, type, headers }: PartInit, sizeOf?: SizeOf): Part {
  const name = partName(field);
  const lines = [`Content-Disposition: ${formatDisposition(field, filename)}`];
  const mediaType = checkMediaType(type, name);
  if (mediaType !== null) lines.push(`Content-Type: ${mediaType}`);
  for (const [header, value] of customHeaders(headers, name)) lines.push(`${header}: ${value}`);
  return { head: encoder.encode(`${lines.join('\r\n')}\r\n\r\n`), source: createSource(content, name, sizeOf), name };
}

/** The caller's lines in their order, without those of ours and those that are empty. */
function customHeaders(init: unknown, name: string): [header: string, value: string][] {
  if (init === null || init === undefined) return [];
  if (typeof init !== 'object') throw new TypeError(`The headers of ${name} must be a mapping, pairs or Headers`);
  const given = new Headers().update(init as HeadersInit | Iterable<readonly [string, HeaderValue]>);
  return [...given.lines()].filter(([header, value]) => value !== '' && !RESERVED.has(asciiLower(header)));
}
