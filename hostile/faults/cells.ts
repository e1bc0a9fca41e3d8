/** Every scenario of the matrix, the same in every run. */
import { ANSWERS, bytesOf } from './answers.ts';
import { DIRECT, expectedOf } from './expected.ts';
import { h2Answer, SETTINGS } from './frame-target.ts';
import { ACTIONS, type Action, type Mode, type Phase, type Scenario, TRANSPORTS, type Transport } from './model.ts';
import { ESTABLISHED } from './proxies.ts';
import { isSecure } from './stage.ts';

/** These are broken at several bytes of every part, and read in both ways; the others share their parsers, and are broken in the middle. */
const DETAILED: ReadonlySet<Transport> = new Set(['h1', 'tls', 'h2']);
const HANG_UPS: readonly Action[] = ['close', 'reset', 'stall', 'abort'];
const SLOW: readonly Action[] = ['drip', 'delay'];

/** One way to break a phase, before it is known how the answer is read. */
interface Place {
  readonly phase: Phase;
  readonly action: Action;
  readonly offset: number;
  readonly variant: string;
}

export function allScenarios(): Scenario[] {
  const scenarios: Scenario[] = [];
  for (const transport of TRANSPORTS) {
    for (const [i, place] of [...placesOf(transport)].entries()) {
      const expected = expectedOf({ transport, ...place });
      if (!expected) continue;
      const both = DETAILED.has(transport) && place.phase !== 'upload' && place.phase !== 'upload-answer';
      const modes: readonly Mode[] = both ? ['buffered', 'streamed'] : [i % 2 === 0 ? 'buffered' : 'streamed'];
      for (const mode of modes) {
        const { phase, variant, offset, action } = place;
        const where = variant === '' ? phase : `${phase}:${variant}`;
        scenarios.push({
          id: `${transport}/${where}@${offset}/${action}/${mode}`,
          transport,
          mode,
          expected,
          ...place,
        });
      }
    }
  }
  return scenarios;
}

function* placesOf(transport: Transport): Generator<Place> {
  yield* connectPlaces(transport);
  if (transport === 'h2') yield* h2Places();
  else yield* http1Places(transport);
}

function* each(
  phase: Phase,
  actions: readonly Action[],
  offsets: readonly number[] = [0],
  variants: readonly string[] = [''],
): Generator<Place> {
  for (const action of actions)
    for (const offset of offsets) for (const variant of variants) yield { phase, action, offset, variant };
}

/** Up to the first byte of HTTP. */
function* connectPlaces(transport: Transport): Generator<Place> {
  const direct = DIRECT.has(transport);
  const agent = transport.startsWith('agent');
  const socks = transport.startsWith('socks');
  if (direct && !agent) {
    yield* each('dns', ['refuse'], [0], ['ENOTFOUND', 'EAI_AGAIN']);
    yield* each('dns', ['garbage', 'stall', 'delay', 'abort']);
  }
  yield* each('connect', direct ? ['refuse', 'stall', 'abort'] : ['refuse']);
  if (direct) yield* each('accept', [...HANG_UPS, 'garbage', 'delay']);
  else {
    if (!agent) yield* each('proxy-connect', ['refuse', 'stall', 'abort']);
    yield* each('proxy-accept', [...HANG_UPS, 'garbage', 'delay']);
    if (!socks) {
      yield* each('proxy-request', [...HANG_UPS, 'garbage', 'delay']);
      yield* each('proxy-answer', [...HANG_UPS, 'garbage', 'delay']);
    }
  }
  if (transport.endsWith('-tls') && !socks && !agent && transport !== 'socks5-tls')
    yield* each('proxy-tls', [...HANG_UPS, 'garbage', 'trickle', ...SLOW], [5, 300]);
  if (transport.includes('tunnel')) {
    yield* each('connect-answer', [...HANG_UPS, 'garbage'], [5, 12, 30, ESTABLISHED.length - 1]);
    yield* each('connect-answer', ['truncate'], [10]);
    yield* each('connect-answer', ['excess', 'trickle', ...SLOW]);
    yield* each('connect-answer', ['refuse'], [0], ['407', '502', '302', '201']);
    yield* each('tunnel', [...HANG_UPS, 'garbage', 'delay']);
  }
  if (socks) yield* socksPlaces(transport === 'socks4');
  if (isSecure(transport)) {
    const offsets = transport === 'tls' ? [1, 5, 100, 500] : [5, 300];
    yield* each('tls-handshake', [...HANG_UPS, 'garbage'], offsets);
    yield* each('tls-handshake', ['trickle', ...SLOW], [5]);
    yield* each('tls-handshake', ['refuse'], [0], ['expired', 'wrongHost', 'selfSigned']);
  }
}

function* socksPlaces(version4: boolean): Generator<Place> {
  const steps: readonly (readonly [Phase, readonly number[], readonly string[]])[] = version4
    ? [['socks-reply', [0, 1, 5, 7], ['91', '93']]]
    : [
        ['socks-greeting', [0, 1], ['255']],
        ['socks-auth', [0, 1], ['1']],
        ['socks-reply', [0, 1, 4, 9], ['1', '5', '8']],
      ];
  for (const [phase, offsets, refusals] of steps) {
    yield* each(phase, HANG_UPS, offsets);
    yield* each(phase, ['garbage'], [0]);
    yield* each(phase, ['trickle', 'excess', ...SLOW]);
    yield* each(phase, ['refuse'], [0], refusals);
  }
}

function* http1Places(transport: Transport): Generator<Place> {
  yield* each('upload', [...HANG_UPS], [0, 200_000]);
  yield* each('upload', SLOW);
  yield* each('upload-answer', ['close', 'reset', 'stall', 'garbage'], [100_000]);
  const actions = ACTIONS.filter((action) => isSecure(transport) || (action !== 'cut' && action !== 'bad-record'));
  for (const [variant, { segments }] of ANSWERS) {
    let start = 0;
    for (const [i, { phase, bytes }] of segments.entries()) {
      const last = segments[i + 1]?.phase !== phase;
      if (isBrokenIn(variant, phase, bytes.length)) {
        for (const offset of offsetsIn(transport, variant, phase, bytes.length)) {
          const where = offset === 0 && phase === 'status-line' ? 'request' : phase;
          for (const action of actions) {
            if (isMeaningful(action, where, offset, last))
              yield { phase: where, action, offset: start + offset, variant };
          }
        }
      }
      start += bytes.length;
    }
  }
  for (const variant of ['length', 'chunked'])
    yield* each('after-body', actions, [bytesOf(ANSWERS.get(variant)!).length], [variant]);
  const between = actions.filter((action) => action !== 'excess' && !action.startsWith('goaway'));
  yield* each('idle', between, [0], ['get', 'post']);
  yield* each(
    'next-request',
    between.filter((action) => action !== 'trickle' && action !== 'truncate'),
    [0],
    ['get', 'post'],
  );
}

/** Heads are broken in one kind of answer only. */
function isBrokenIn(variant: string, phase: Phase, length: number): boolean {
  const inHead = phase === 'status-line' || phase === 'header' || phase === 'head-end';
  if (inHead) return variant === 'length';
  if (variant === 'interim') return phase === 'interim';
  return phase !== 'gzip-chunked' || length > 10;
}

function offsetsIn(transport: Transport, variant: string, phase: Phase, length: number): number[] {
  if (phase === 'redirect-body') return [length >> 1];
  if (DETAILED.has(transport) && transport !== 'h2') return [...new Set([0, length >> 1, length - 1])];
  // Nothing of the answer is the one boundary that matters everywhere.
  return phase === 'status-line' && variant === 'length' ? [0, length >> 1] : [length >> 1];
}

const TRICKLING: ReadonlySet<Phase> = new Set(['request', 'interim', 'length-body', 'chunk-data', 'gzip-length']);

/** False where the bytes are right in spite of the fault, or the same as another cell's; the reasons are in `left-out.ts`. */
function isMeaningful(action: Action, phase: Phase, offset: number, last: boolean): boolean {
  if (action === 'trickle') return TRICKLING.has(phase) && offset < 30;
  if (action === 'truncate') {
    if (phase === 'header') return last && offset > 0;
    return phase !== 'interim' && (phase !== 'trailer' || offset > 0);
  }
  if (phase === 'gzip-close' && (action === 'close' || action === 'cut')) return offset > 0;
  return true;
}

function* h2Places(): Generator<Place> {
  const inside: readonly Action[] = ['close', 'reset', 'cut', 'bad-record', ...SLOW];
  const ordinary: readonly Action[] = [...HANG_UPS, 'cut', 'garbage', 'bad-record', ...SLOW];
  yield* each('h2-settings', ordinary);
  yield* each('h2-settings', inside, [4, SETTINGS.length - 1]);
  yield* each('upload', [...HANG_UPS, 'reset-stream']);
  let start = 0;
  for (const { phase, bytes } of h2Answer(1, true)) {
    yield* each(phase, ordinary, [start], ['trailers']);
    for (const offset of [4, bytes.length >> 1, bytes.length - 1])
      yield* each(phase, inside, [start + offset], ['trailers']);
    yield* each(phase, ['reset-stream', 'goaway'], [start], ['trailers']);
    start += bytes.length;
  }
  const [head] = h2Answer(1, false);
  // Without a length only the end of the stream tells that the body is complete.
  const unsized = h2Answer(1, false, false);
  const sizes = unsized.map(({ bytes }) => bytes.length);
  for (const offset of [sizes[0]!, sizes[0]! + 14, sizes[0]! + sizes[1]!, sizes[0]! + sizes[1]! + sizes[2]! - 1])
    yield* each('h2-data', ['close', 'reset', 'cut', 'bad-record', 'drip'], [offset], ['unsized']);
  yield* each('h2-data', ['goaway', 'reset-stream', 'garbage', 'stall', 'abort'], [sizes[0]! + sizes[1]!], ['unsized']);
  // Codes that Node takes for a proper end.
  yield* each('h2-data', ['reset-stream'], [sizes[0]! + sizes[1]!], ['unsized-cancel', 'unsized-no-error']);
  yield* each('h2-headers', ['trickle', 'refuse-stream', 'goaway-unseen']);
  yield* each('h2-data', ['trickle'], [head!.bytes.length + 12]);
  yield* each('h2-data', ['truncate', 'excess'], [head!.bytes.length]);
  yield* each('after-body', ['close', 'reset', 'cut', 'stall', 'garbage', 'bad-record']);
  yield* each('idle', ['close', 'reset', 'cut', 'stall', 'garbage', 'bad-record', 'goaway'], [0], ['get', 'post']);
  yield* each('next-request', ['close', 'reset', 'cut', 'stall', 'goaway-unseen', 'bad-record', ...SLOW]);
}
