import assert from 'node:assert/strict';
import { Headers, Response } from '@requests-ts/core';
import { openBody } from '@requests-ts/core/authors';
import { MultipartDecoder, MultipartEncoder } from '@requests-ts/multipart';
import fc from 'fast-check';
import { parseStrictly } from '../../../packages/multipart/test/strict-parser.ts';
import { bytes, choice, chosen, sentence } from '../grammar.ts';
import { attempt, type Target, toBytes, toText } from '../target.ts';

interface Input {
  readonly fields: {
    readonly name: string;
    readonly filename: string;
    readonly content: string;
    readonly type: string;
    readonly headers: { readonly name: string; readonly value: string }[];
    /** How the content is given. */
    readonly kind: number;
  }[];
  readonly body: string;
  readonly contentType: string;
}

const KINDS: readonly ((bytes: Buffer<ArrayBuffer>) => unknown)[] = [
  (data) => new Uint8Array(data),
  (data) => new Blob([data]),
  (data) => ({ length: data.length, stream: new Blob([data]).stream() }),
  (data) => new Blob([data]).stream(),
];
const tokens: readonly string[] = [
  ...[
    '--b',
    '--b--',
    '\r\n',
    '\r\n--b',
    '\r\n--b\r\n',
    '\r\n--b--\r\n',
    '--b \t\r\n',
    '\r\n\r\n',
    '-',
    '--',
    '\n',
    '\r',
    'b',
    ' ',
    '\t',
    ':',
    ';',
    '"',
    '\\',
    '\0',
    '\x80',
    '\xff',
  ],
  ...[
    'Content-Disposition: form-data; name="a"',
    'Content-Type: text/plain',
    'X: y\r\n',
    'X: y\r\n z',
    '; filename="',
    'x.txt',
    'é',
    '\u2028',
    '%22',
    '\ud800',
  ],
  ...[
    'multipart/form-data; boundary=b',
    'multipart/mixed',
    '; boundary="b"',
    '; boundary=',
    'text/plain',
    'boundary=b',
  ],
];
const name = fc.oneof(
  fc.constantFrom('a', 'field', 'é', '', 'a"b', 'a\\', 'a\r\nX: y', 'name[]', '\u2028'),
  sentence(tokens.slice(0, 30), 4, fc.string({ unit: 'binary', maxLength: 2 })),
);
const content = fc.oneof(bytes(30), sentence(tokens.slice(0, 22), 10));

/** What the browser's escaping makes of a name. */
const escaped = (text: string): string =>
  text.toWellFormed().replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

async function readBody(encoder: MultipartEncoder): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of openBody(encoder as never)) parts.push(part);
  return Buffer.concat(parts);
}

export const multipartTarget: Target<Input> = {
  name: 'multipart',
  holds: '[K01] [K02] [K03] writes what an independent strict parser reads back, and reads any body or refuses it',
  tokens,
  runs: 400,
  inputs: fc.record({
    fields: fc.array(
      fc.record({
        name,
        filename: name,
        content,
        type: fc.constantFrom('', 'text/plain', 'text/plain; charset=utf-8', 'x\r\nY: z', 'nothing', 'a/b"c'),
        headers: fc.array(
          fc.record({
            name: fc.constantFrom('X-A', 'Content-Type', 'x y', '', 'Content-Disposition'),
            value: fc.constantFrom('1', '', 'é', '\r\n', 'a b'),
          }),
          { maxLength: 2 },
        ),
        kind: choice(KINDS),
      }),
      { maxLength: 4 },
    ),
    body: fc.oneof(
      sentence(tokens.slice(0, 26), 16),
      sentence(tokens.slice(0, 26), 12).map((text) => `--b\r\n${text}\r\n--b--\r\n`),
    ),
    contentType: fc.oneof(fc.constant('multipart/form-data; boundary=b'), sentence(tokens.slice(-8), 3)),
  }),
  parsers: {
    MultipartDecoder: (text) => new MultipartDecoder(text, 'multipart/form-data; boundary=b'),
    'MultipartDecoder, one part': (text) =>
      new MultipartDecoder(`--b\r\nA: b\r\n\r\n${text}\r\n--b--`, 'multipart/form-data; boundary=b'),
    'MultipartDecoder, headers': (text) =>
      new MultipartDecoder(`--b\r\n${text}\r\n\r\n\r\n--b--`, 'multipart/form-data; boundary=b', {
        maxHeaderBytes: 1e6,
        maxHeaderLines: 1e6,
      }),
    'MultipartDecoder, content type': (text) => new MultipartDecoder('', text),
    'MultipartEncoder, name': (text) => new MultipartEncoder([[text, [text, 'x']]]).length,
  },
  async run({ fields, body, contentType }) {
    const given = fields.map(({ name: field, filename, content: text, type, headers, kind }) => {
      const extra = headers.map(({ name: key, value }) => [key, value] as const);
      return [field, [filename, chosen(KINDS, kind)(toBytes(text)), type || null, extra]] as const;
    });
    const encoder = attempt(
      () => new MultipartEncoder(given as never, { boundary: 'fuzz-7f3a' }),
      TypeError,
      RangeError,
    );
    if (encoder) {
      const written = await readBody(encoder);
      if (encoder.length !== null && encoder.length !== undefined) assert.equal(written.length, encoder.length);
      const expected = fields.map(({ name: field, filename, content: text }) => [
        `form-data; name="${escaped(field)}"; filename="${escaped(filename)}"`,
        toText(toBytes(text)),
      ]);
      // A boundary of this test's own, so that contents can hold it: the random one cannot be guessed.
      if (!fields.some((field) => JSON.stringify(field).includes('fuzz-7f3a'))) {
        const strict = parseStrictly(written, encoder.contentType);
        assert.deepEqual(
          strict.map((part) => [part.headers[0]![1], toText(part.content)]),
          expected,
        );
        for (const { headers } of strict) {
          assert.equal(headers[0]![0], 'content-disposition');
          assert.equal(headers.filter(([key]) => key === 'content-disposition').length, 1);
          assert.ok(headers.filter(([key]) => key === 'content-type').length <= 1);
        }
        const decoded =
          fields.length === 0 ? [] : new MultipartDecoder(new Uint8Array(written), encoder.contentType).parts;
        assert.deepEqual(
          decoded.map((part) => [part.headers.get('content-disposition'), toText(part.content)]),
          expected,
        );
      }
    }
    const headers = Headers.received(['Content-Type', contentType.replace(/[^\x20-\xff]/g, '')]);
    const response = new Response({ statusCode: 200, headers, body: new Uint8Array(toBytes(body)) });
    const decoder = attempt(() => MultipartDecoder.fromResponse(response, { maxParts: 20 }), RangeError);
    assert.ok((decoder?.parts.length ?? 0) <= 20);
    for (const part of decoder?.parts ?? [])
      assert.equal(
        part.text,
        part.content.length === 0 ? '' : new TextDecoder('utf-8', { ignoreBOM: true }).decode(part.content),
      );
  },
};
