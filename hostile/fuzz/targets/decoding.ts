import assert from 'node:assert/strict';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { ContentDecodingError } from '@requests-ts/core';
import {
  type BodyLimits,
  type Coding,
  DEFAULT_LIMITS,
  decodeBody,
  decodeStream,
  parseContentCodings,
} from '@requests-ts/node-transport';
import fc from 'fast-check';
import { bytes, choice, chosen, cuts, piecesOf } from '../grammar.ts';
import { expectOurs, type Target, toBytes, toText } from '../target.ts';

interface Input {
  /** Applied in this order; none means that `payload` is the body itself. */
  readonly codings: number[];
  readonly payload: string;
  readonly repeat: number;
  /** Done to the coded bytes. */
  readonly edits: { readonly at: number; readonly kind: number; readonly text: string }[];
  readonly cuts: number[];
  readonly limit: number;
  /** What is said about bytes that were not coded here. */
  readonly claimed: number;
}

const CODERS: readonly { readonly coding: Coding; encode(data: Uint8Array): Buffer }[] = [
  { coding: 'gzip', encode: (data) => gzipSync(data) },
  { coding: 'deflate', encode: (data) => deflateSync(data) },
  { coding: 'deflate', encode: (data) => deflateRawSync(data) },
  { coding: 'br', encode: (data) => brotliCompressSync(data, { params: {} }) },
  { coding: 'zstd', encode: (data) => zstdCompressSync(data) },
  // Two members, as servers that log in pieces write.
  { coding: 'gzip', encode: (data) => Buffer.concat([gzipSync(data.subarray(0, 3)), gzipSync(data.subarray(3))]) },
  {
    coding: 'zstd',
    encode: (data) => Buffer.concat([zstdCompressSync(data.subarray(0, 3)), zstdCompressSync(data.subarray(3))]),
  },
];
const LIMITS = [Number.POSITIVE_INFINITY, 0, 1, 100, 5000];
const tokens: readonly string[] = [
  '\x1f\x8b',
  '\x1f\x8b\x08\0\0\0\0\0\0\x03',
  '\x1f\x8b\x08\x1f\0\0\0\0\0\x03',
  '\x28\xb5\x2f\xfd',
  '\x50\x2a\x4d\x18\x04\0\0\0',
  '\x78\x9c',
  '\x03\0',
  '\x01\0\0\xff\xff',
  '\0',
  '\xff',
  '\xff\xff\xff\xff',
  'gzip',
  ' , ',
  'identity',
];

function edit(text: string, { at, kind, text: piece }: Input['edits'][number]): string {
  const from = at % (text.length + 1);
  const [head, tail] = [text.slice(0, from), text.slice(from)];
  return chosen(
    [head + piece + tail, head + tail.slice(1), head + piece + tail.slice(piece.length), head, text + piece],
    kind,
  );
}

async function* generate(pieces: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield toBytes(piece);
}

/** The decoded bytes as text, or the error's code. */
async function outcome(decode: () => Promise<string>, { maxDecodedSize }: BodyLimits): Promise<string> {
  try {
    const text = await decode();
    assert.ok(text.length <= maxDecodedSize);
    return `got ${text}`;
  } catch (error) {
    const ours = expectOurs(error);
    assert.ok(ours instanceof ContentDecodingError);
    // Where a limit and an error meet, the pieces decide which of them comes first.
    return maxDecodedSize === Number.POSITIVE_INFINITY ? ours.code : 'failed';
  }
}

export const decodingTarget: Target<Input> = {
  name: 'decoding',
  holds:
    '[E07] [F01] [F03] decodes what was coded, alike however it is cut, or ends in a typed error within its limits',
  tokens,
  runs: 400,
  inputs: fc.record({
    codings: fc.array(choice(CODERS), { maxLength: 3 }),
    payload: bytes(40),
    repeat: fc.constantFrom(1, 1, 2, 50),
    edits: fc.array(
      fc.record({ at: fc.nat(300), kind: fc.nat(4), text: fc.oneof(bytes(4), fc.constantFrom(...tokens)) }),
      { maxLength: 2 },
    ),
    cuts,
    limit: choice(LIMITS),
    claimed: choice(CODERS),
  }),
  parsers: { parseContentCodings: (text) => parseContentCodings([text, text]) },
  async run({ codings, payload, repeat, edits, cuts: offsets, limit, claimed }) {
    const steps = codings.slice(0, 5).map((index) => chosen(CODERS, index));
    const plain = toText(toBytes(payload.repeat(Math.min(repeat, 100))));
    const coded = toText(steps.reduce<Uint8Array>((data, { encode }) => encode(data), toBytes(plain)));
    const body = edits.reduce(edit, coded);
    const lines = steps.length > 0 ? steps.map(({ coding }) => coding) : [chosen(CODERS, claimed).coding];
    const order = parseContentCodings(lines);
    const limits: BodyLimits = { ...DEFAULT_LIMITS, maxDecodedSize: chosen(LIMITS, limit) };
    const whole = await outcome(async () => toText(await decodeBody(toBytes(body), order, limits)), limits);
    const cut = await outcome(async () => {
      const parts: Uint8Array[] = [];
      for await (const part of decodeStream(generate(piecesOf(body, offsets)), order, limits)) parts.push(part);
      return toText(Buffer.concat(parts));
    }, limits);
    assert.equal(cut, whole);
    // The limit holds for each stage of a chain.
    const room = steps.length === 1 ? limits.maxDecodedSize >= plain.length : limits.maxDecodedSize > 5000;
    if (steps.length > 0 && body === coded && room) assert.equal(whole, `got ${plain}`);
  },
};
