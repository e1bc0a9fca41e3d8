import assert from 'node:assert/strict';
import { Headers, InvalidJSONError, JSONDecodeError, Response } from '@requests-ts/core';
import { createDecoder, decodeText, encodeForm, encodeParams, guessJsonUtf } from '@requests-ts/core/authors';
import fc from 'fast-check';
import { Session } from 'requests-ts';
import { bytes, choice, chosen, cuts, piecesOf, sentence } from '../grammar.ts';
import { attempt, type Target, toBytes, toText } from '../target.ts';

interface Input {
  readonly body: string;
  /** How `body` becomes bytes: as they are, or encoded. */
  readonly encoding: number;
  readonly contentType: string;
  readonly cuts: number[];
  readonly delimiter: string;
  readonly pairs: { readonly key: string; readonly value: string }[];
}

const ENCODERS: readonly ((text: string) => Buffer)[] = [
  toBytes,
  (text) => Buffer.from(text, 'utf8'),
  (text) => Buffer.from(text, 'utf16le'),
  (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  (text) => Buffer.from(`\ufeff${text}`, 'utf8'),
  (text) => Buffer.concat([...text].map((char) => Buffer.from(Uint32Array.of(char.codePointAt(0)!).buffer))),
];
const tokens: readonly string[] = [
  ...[
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '"',
    '"a"',
    '"a":',
    '\\u',
    '\\ud800',
    '\\"',
    '\\',
    '1',
    '-',
    '0',
    '.5',
    'e+',
    '1e999',
    'true',
    'null',
    'nul',
  ],
  ...[
    ' ',
    '\n',
    '\r',
    '\r\n',
    '\v',
    '\f',
    '\x1c',
    '\x85',
    '\u2028',
    '\0',
    'é',
    '\ud83d\ude00',
    '\ud800',
    '\ufeff',
    '"__proto__":',
    'NaN',
  ],
  ...[
    'text/plain',
    'application/json',
    ';charset=',
    'charset',
    'utf-8',
    'utf-16',
    'utf-32',
    'latin-1',
    'utf-8-sig',
    'shift_jis',
    'xx',
    '=',
    ';',
  ],
];
const TYPES = [
  'text/plain',
  'application/json',
  'text/html; charset=utf-8',
  'text/x; charset=utf-16',
  'x; charset=utf-32-be',
  'x;charset=euc-jp',
  'x;charset=gb18030',
  '',
];

const jsonText = fc.oneof(
  sentence(tokens, 14, fc.string({ unit: 'binary', maxLength: 2 })),
  fc.json(),
  fc.jsonValue().map((value) => JSON.stringify(value, null, 1)),
  bytes(30),
);

async function* generate(pieces: readonly string[]): AsyncGenerator<Uint8Array, void, undefined> {
  for (const piece of pieces) yield toBytes(piece);
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** Python's `str.splitlines`, for the line ends of bytes or of text. */
function linesOf(text: string, breaks: RegExp): string[] {
  const lines = text.split(breaks);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

/** The default detector of the complete package. */
const detect = new Session().detectEncoding!;
const ASIAN = /gb|big5|euc|jis|2022|ks_c|cp9|ms9|windows-31j|windows-949|korean|chinese|hz/i;
const BYTE_BREAKS = /\r\n|\n|\r/;
const TEXT_BREAKS = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

function checkJson(response: Response, text: string): void {
  const value = attempt(() => ({ json: response.json() }));
  let expected: { json: unknown } | null = null;
  try {
    expected = { json: JSON.parse(text) };
  } catch {
    // Not JSON.
  }
  assert.deepEqual(value, expected);
  if (value) return;
  try {
    response.json();
  } catch (error) {
    assert.ok(error instanceof JSONDecodeError && error instanceof InvalidJSONError && error instanceof SyntaxError);
    const { pos, doc, lineno, colno } = error;
    assert.ok(pos >= 0 && pos <= doc.length);
    const before = doc.slice(0, pos).split('\n');
    assert.deepEqual([lineno, colno], [before.length, before.at(-1)!.length + 1]);
    // What stands before the position can be continued to a JSON text, what stands at it cannot; without it, the same is found.
    if (pos < doc.length) assert.throws(() => JSON.parse(doc.slice(0, pos + 1)));
  }
}

export const textTarget: Target<Input> = {
  name: 'text',
  holds:
    '[F13] [F14] B-PARAM-04 reads JSON as the platform does, text and lines alike however they are cut, and forms come back',
  tokens,
  runs: 400,
  inputs: fc.record({
    body: jsonText,
    encoding: choice(ENCODERS),
    contentType: fc.oneof(fc.constantFrom(...TYPES), sentence(tokens.slice(-13), 6)),
    cuts,
    delimiter: fc.oneof(fc.constantFrom('\r\n', ',', 'aa', '\n\n'), bytes(3)),
    pairs: fc.array(fc.record({ key: fc.string({ unit: 'binary' }), value: fc.string({ unit: 'binary' }) }), {
      maxLength: 4,
    }),
  }),
  parsers: {
    'json()': (text) => new Response({ statusCode: 200, body: text }).json(),
    createDecoder,
    encodeForm: (text) => encodeForm([[text, text]]),
    decodeText: (text) => decodeText(Buffer.from(text), 'utf-32'),
  },
  async run({ body, encoding, contentType, cuts: offsets, delimiter, pairs }) {
    const raw = chosen(ENCODERS, encoding)(body);
    const latin1 = toText(raw);
    const headers = Headers.received(['Content-Type', contentType.replace(/[^\x20-\xff]/g, '')]);
    const whole = new Response({ statusCode: 200, headers, body: new Uint8Array(raw) });
    const streamed = (): Response =>
      new Response({ statusCode: 200, headers, body: generate(piecesOf(latin1, offsets)) });
    assert.equal((await collect(streamed().iterContent(7))).map(toText).join(''), latin1);
    if (whole.encoding !== null && createDecoder(whole.encoding)) {
      const decoded = (await collect(streamed().iterContent(5, { decodeUnicode: true }))).join('');
      // What is no text in an Asian charset costs the platform more or fewer U+FFFD by where it is cut.
      if (ASIAN.test(whole.encoding)) return;
      assert.equal(decoded, whole.text);
      assert.deepEqual(
        await collect(streamed().iterLines({ decodeUnicode: true, chunkSize: 3 })),
        linesOf(decoded, TEXT_BREAKS),
      );
    }
    assert.deepEqual((await collect(streamed().iterLines({ chunkSize: 4 }))).map(toText), linesOf(latin1, BYTE_BREAKS));
    const mark = delimiter.replace(/[^\0-\xff]/g, '?');
    if (mark !== '') {
      const parts = (await collect(streamed().iterLines({ delimiter: toBytes(mark), chunkSize: 4 }))).map(toText);
      assert.equal(parts.join(mark), latin1);
      assert.ok(parts.every((part) => !part.includes(mark)) || mark.length > 1);
    }
    attempt(() => whole.json());
    detect(raw);
    // UTF-8 without a mark is what nearly every JSON body is.
    const utf8 = Buffer.from(body, 'utf8');
    if (utf8.length > 3 && guessJsonUtf(utf8) === 'utf-8')
      checkJson(new Response({ statusCode: 200, body: new Uint8Array(utf8) }), utf8.toString());
    const form = encodeForm(pairs.map(({ key, value }) => [key, value]));
    assert.match(form, /^[A-Za-z0-9_.~%+&=-]*$/);
    assert.deepEqual(
      [...new URLSearchParams(form)],
      pairs.map(({ key, value }) => [key.toWellFormed(), value.toWellFormed()]),
    );
    assert.equal(encodeParams(pairs.map(({ key, value }) => [key, [value]])), form);
  },
};
