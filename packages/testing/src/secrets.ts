import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

/** A unique secret for every place where a request holds one. */
export type Canaries = Readonly<Record<(typeof POSITIONS)[number], string>>;

const POSITIONS = [
  'user',
  'password',
  'query',
  'authorization',
  'cookie',
  'header',
  'body',
  'setCookie',
  'proxyUser',
  'proxyPassword',
  'proxyAuthorization',
  'keyPassphrase',
  'nonce',
  'answer',
] as const;

/** New canaries: texts of letters and digits that occur nowhere else. */
export function createCanaries(): Canaries {
  return Object.fromEntries(
    POSITIONS.map((position) => [position, `canary${position}${randomBytes(6).toString('hex')}`]),
  ) as Canaries;
}

/**
 * Fails when a secret can be read off a value: by printing it, by its JSON, its text, its stack, or those of its causes.
 *
 * Secrets are looked for as they are, percent-encoded and in Base64, at any place of a longer text.
 *
 * @throws Error that says which secret was found where.
 */
export function expectNoSecret(value: unknown, secrets: Iterable<string> | Canaries): void {
  const list =
    typeof secrets === 'object' && Symbol.iterator in secrets ? [...secrets] : Object.values(secrets as Canaries);
  for (const [place, text] of renderings(value)) {
    for (const secret of list) {
      for (const [how, spelling] of spellings(secret)) {
        if (!text.includes(spelling)) continue;
        const at = text.indexOf(spelling);
        const around = text.slice(Math.max(0, at - 60), at + spelling.length + 20);
        throw new Error(`The secret ${secret} can be read ${how} off ${place}: ...${around}...`);
      }
    }
  }
}

/** Every text that a logger could make of the value. */
function renderings(value: unknown): [place: string, text: string][] {
  const texts: [string, string][] = [];
  const seen = new Set<unknown>();
  const add = (place: string, current: unknown): void => {
    if (seen.has(current)) return;
    seen.add(current);
    texts.push([`inspect(${place})`, show(current)], [`String(${place})`, text(() => String(current))]);
    texts.push([`JSON.stringify(${place})`, text(() => JSON.stringify(current) ?? '')]);
    if (typeof current !== 'object' || current === null) return;
    const { message, stack, cause, errors } = current as {
      message?: unknown;
      stack?: unknown;
      cause?: unknown;
      errors?: unknown;
    };
    texts.push([`${place}.message`, String(message ?? '')], [`${place}.stack`, String(stack ?? '')]);
    if (cause !== undefined) add(`${place}.cause`, cause);
    if (Array.isArray(errors)) for (const [i, inner] of errors.entries()) add(`${place}.errors[${i}]`, inner);
  };
  add('it', value);
  return texts;
}

function show(value: unknown): string {
  const all = Number.POSITIVE_INFINITY;
  return inspect(value, { showHidden: true, depth: all, maxArrayLength: all, maxStringLength: all, breakLength: all });
}

/** What cannot be made a text shows nothing. */
function text(make: () => string): string {
  try {
    return make();
  } catch {
    return '';
  }
}

function spellings(secret: string): [how: string, spelling: string][] {
  const list: [string, string][] = [
    ['plainly', secret],
    ['percent-encoded', encodeURIComponent(secret)],
  ];
  // Base64 differs by where the secret stands in the encoded text; the characters shared with its neighbours are cut off.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)]).toString('base64');
    const from = Math.ceil((shift * 8) / 6);
    const to = Math.floor(((shift + Buffer.byteLength(secret)) * 8) / 6);
    if (to - from >= 8) list.push(['in Base64', encoded.slice(from, to)]);
  }
  return list;
}

/**
 * Runs something with canaries and fails when one of them gets out: in the error it rejects with, a warning of the process, or on the console.
 *
 * @returns What `run` returned. @throws Error for a leak, else what `run` threw.
 */
export async function withCanaries<T>(run: (canaries: Canaries) => Promise<T>): Promise<T> {
  const canaries = createCanaries();
  const output: unknown[] = [];
  const onWarning = (warning: Error): void => void output.push(warning);
  process.on('warning', onWarning);
  const restore = [recordWrites(process.stdout, output), recordWrites(process.stderr, output)];
  try {
    return await run(canaries);
  } catch (error) {
    expectNoSecret(error, canaries);
    throw error;
  } finally {
    // Warnings are emitted on the next turn.
    await new Promise((resolve) => setImmediate(resolve));
    for (const undo of restore) undo();
    process.off('warning', onWarning);
    for (const item of output) expectNoSecret(item, canaries);
  }
}

function recordWrites(stream: NodeJS.WriteStream, into: unknown[]): () => void {
  const { write } = stream;
  stream.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
    into.push(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString());
    return write.call(stream, chunk, ...rest);
  }) as typeof stream.write;
  return () => {
    stream.write = write;
  };
}
