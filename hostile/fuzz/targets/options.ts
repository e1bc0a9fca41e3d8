import assert from 'node:assert/strict';
import { BaseAdapter, type PreparedRequest, Response } from '@requests-ts/core';
import fc from 'fast-check';
import { Session } from 'requests-ts';
import { choice, chosen } from '../grammar.ts';
import { expectOurs, type Target, toText } from '../target.ts';

interface Input {
  readonly options: { readonly key: number; readonly value: Recipe }[];
  readonly method: number;
  /** Options that somebody put on `Object.prototype`. */
  readonly polluted: { readonly key: number; readonly value: Recipe }[];
}

/** How an odd value is made: its kind, a text, and what it holds. */
interface Recipe {
  readonly kind: number;
  readonly text: string;
  readonly inner: Recipe[];
}

const KEYS = [
  'params',
  'data',
  'json',
  'headers',
  'cookies',
  'files',
  'auth',
  'timeout',
  'allowRedirects',
  'proxies',
  'hooks',
  'stream',
  'verify',
  'cert',
  'signal',
  'nosuch',
  '__proto__',
];
const METHODS: readonly unknown[] = ['GET', 'post', 'HEAD', 'DELETE', 'G T', '', 'CONNECT', 7, null];
const tokens: readonly string[] = [
  'a',
  'X-A',
  '__proto__',
  'constructor',
  'toString',
  'then',
  '0',
  'é',
  '\r\n',
  '\0',
  ' ',
  '',
  'user',
  'http://127.0.0.1:1',
  'http',
  'response',
  'total',
  '\ud800',
];

/** Each is made anew, since streams and iterators can be read only once. */
const MAKERS: readonly ((text: string, inner: unknown[]) => unknown)[] = [
  (text) => text,
  () => null,
  () => undefined,
  (text) => text.length,
  () => Number.NaN,
  () => -1,
  (text) => text.length % 2 === 0,
  (text) => BigInt(text.length),
  () => Symbol('odd'),
  (text) => Buffer.from(text),
  (text) => new TextEncoder().encode(text).buffer,
  (text) => new Date(text.length * 1e10),
  (text) => new Blob([text]),
  (text) => new URLSearchParams(text.toWellFormed()),
  (_, inner) => inner,
  (text, inner) => Object.fromEntries(inner.map((value, i) => [`${text}${i}`, value])),
  (text, inner) => Object.assign(Object.create(null), { [text]: inner[0] }),
  (text, inner) => new Map(inner.map((value, i) => [`${text}${i}`, value])),
  (_, inner) => inner.map((value, i) => [`k${i}`, value]),
  (text, inner) => new Set([text, ...inner]),
  (text, inner) => new Proxy({ [text]: inner[0] }, {}),
  (text, inner) => Object.defineProperty({}, text, { enumerable: true, get: () => inner[0] }),
  () => () => undefined,
  (text) =>
    (function* pieces() {
      yield Buffer.from(text);
    })(),
  (text) =>
    (async function* pieces() {
      yield Buffer.from(text);
    })(),
  (text) =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode(text));
        controller.close();
      },
    }),
  (text) =>
    new (class Odd {
      readonly name = text;
      toJSON(): string {
        return text;
      }
    })(),
  (_, inner) => {
    const cycle: unknown[] = [...inner];
    cycle.push(cycle);
    return cycle;
  },
  (text) => {
    const form = new FormData();
    form.append(text.toWellFormed(), text.toWellFormed());
    return form;
  },
  () => AbortSignal.abort(),
  (text) => [text, text],
  (text) => ({ toString: () => text }),
];

function make({ kind, text, inner }: Recipe): unknown {
  return chosen(MAKERS, kind)(text, (inner ?? []).map(make));
}

/** Messages of the platform that quote a value, which may be a secret. */
const QUOTING = /operator to search for|^Cannot (?:create|assign|define)|is not valid JSON/;

/** Tells what would go out, the body included. */
class Recording extends BaseAdapter {
  override async send(request: PreparedRequest): Promise<Response> {
    const { method, url, headers, body } = request;
    const lines = [...headers.lines()].map((line) => line.join(': '));
    const text =
      typeof body === 'string' ? body : body instanceof Uint8Array ? toText(body) : body === null ? '' : 'stream';
    return new Response({
      request,
      statusCode: 200,
      url,
      body: [method, url, ...lines, text].join('\n').replace(/[0-9a-f]{32}/g, 'a random boundary'),
    });
  }
}

async function outcome(input: Input): Promise<string> {
  const adapter = new Recording();
  const session = new Session({ adapters: { 'http://': adapter }, trustEnv: false });
  const options: Record<string, unknown> = {};
  for (const { key, value } of input.options) {
    const name = chosen(KEYS, key);
    Object.defineProperty(options, name, { value: make(value), enumerable: true, configurable: true, writable: true });
  }
  try {
    const response = await session.request(
      chosen(METHODS, input.method) as string,
      'http://h.example/p',
      options as never,
    );
    return response.text;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') return 'aborted';
    const { name, message } = expectOurs(error, TypeError, RangeError);
    assert.doesNotMatch(message, QUOTING);
    return `${name}: ${message}`;
  }
}

const recipe = fc.letrec<{ value: Recipe }>((tie) => ({
  value: fc.record({
    kind: choice(MAKERS),
    text: fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: 'binary', maxLength: 3 })),
    inner: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc.constant<Recipe[]>([]),
      fc.array(tie('value'), { maxLength: 2 }),
    ),
  }),
})).value;
const option = fc.record({ key: choice(KEYS), value: recipe });

export const optionsTarget: Target<Input> = {
  name: 'options',
  holds: '[J01] [J02] takes options of any kind or throws a typed error, whatever is on Object.prototype',
  tokens,
  runs: 500,
  inputs: fc.record({
    options: fc.array(option, { maxLength: 3 }),
    method: choice(METHODS),
    polluted: fc.array(option, { maxLength: 2 }),
  }),
  async run(input) {
    const clean = await outcome(input);
    const added: string[] = [];
    try {
      for (const { key, value } of input.polluted) {
        const name = chosen(KEYS, key);
        if (name === '__proto__' || added.includes(name)) continue;
        Object.defineProperty(Object.prototype, name, {
          value: make(value),
          enumerable: true,
          configurable: true,
          writable: true,
        });
        added.push(name);
      }
      const polluted = await outcome(input);
      for (const name of added) delete (Object.prototype as Record<string, unknown>)[name];
      assert.equal(polluted, clean);
    } finally {
      for (const name of added) delete (Object.prototype as Record<string, unknown>)[name];
    }
    assert.deepEqual(Object.keys(Object.prototype), []);
  },
};
