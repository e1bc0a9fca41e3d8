/** The server behind HTTP/2: it breaks one request, and is well before and after. */
import type { RawConnection, RawHandler } from '@requests-ts/testing';
import { ACK, block, CODES, END_HEADERS, END_STREAM, type Frame, frame, framesIn, isType, uint32 } from './frames.ts';
import { type Action, type Phase, STALL } from './model.ts';
import { GARBAGE, type Stagehand, sleep } from './target.ts';

export const H2_BODY = 'the whole truth, in two frames of data';
const PAUSE_MS = 60;

/** The parts of an answer on one stream. */
export function h2Answer(
  stream: number,
  trailers: boolean,
  sized = true,
): { readonly phase: Phase; readonly bytes: Buffer }[] {
  const fields = block([
    [':status', '200'],
    ['content-type', 'text/plain'],
    ...(sized ? ([['content-length', String(H2_BODY.length)]] as const) : []),
  ]);
  const half = H2_BODY.length >> 1;
  return [
    { phase: 'h2-headers', bytes: frame('headers', stream, END_HEADERS, fields) },
    { phase: 'h2-data', bytes: frame('data', stream, 0, Buffer.from(H2_BODY.slice(0, half))) },
    { phase: 'h2-data', bytes: frame('data', stream, trailers ? 0 : END_STREAM, Buffer.from(H2_BODY.slice(half))) },
    ...(trailers
      ? [
          {
            phase: 'h2-trailers' as const,
            bytes: frame('headers', stream, END_STREAM | END_HEADERS, block([['x-sum', '1']])),
          },
        ]
      : []),
  ];
}

/** What a server says first. */
export const SETTINGS: Buffer = frame('settings', 0);

export function playFrames(hand: Stagehand): RawHandler {
  const { phase } = hand.scenario;
  // The n-th request of the server is the one that breaks; whoever tries again finds it well.
  const faulty = phase === 'next-request' ? 2 : 1;
  let requests = 0;
  // What breaks before a request is sent, breaks elsewhere.
  let armed = /^(?:h2|upload|after|idle|next)/.test(phase);
  return async (connection) => {
    await connection.when(() => framesIn(connection.received));
    if (phase === 'h2-settings' && armed) {
      armed = false;
      await breakBytes(connection, hand, SETTINGS, hand.scenario.offset, 0);
      const { action } = hand.scenario;
      if (action === 'stall' || action === 'abort') {
        await hand.over;
        await connection.send(SETTINGS);
      } else if (action !== 'drip' && action !== 'delay') return;
    } else await connection.send(SETTINGS);
    let seen = 0;
    while (!connection.ended) {
      const next = await connection.when((): Frame | undefined => framesIn(connection.received)?.[seen]);
      seen += 1;
      if (isType(next, 'settings') && next.flags !== ACK) await connection.send(frame('settings', 0, ACK));
      else if (isType(next, 'ping') && next.flags !== ACK) await connection.send(frame('ping', 0, ACK, next.payload));
      else if (isType(next, 'headers')) {
        requests += 1;
        if (requests === faulty && armed && phase !== 'idle') {
          armed = false;
          if ((await playStream(connection, hand, next.stream)) === 'over') return;
        } else await answerWell(connection, next.stream);
        if (phase === 'idle' && armed) {
          armed = false;
          await hand.cue;
          await strikeFrames(connection, hand.scenario.action, Buffer.alloc(0), next.stream, hand.over);
          hand.played();
        }
      }
    }
  };
}

async function answerWell(connection: RawConnection, stream: number): Promise<void> {
  const head = block([
    [':status', '200'],
    ['content-length', '7'],
  ]);
  await connection.send(
    Buffer.concat([
      frame('headers', stream, END_HEADERS, head),
      frame('data', stream, END_STREAM, Buffer.from('healthy')),
    ]),
  );
}

async function playStream(connection: RawConnection, hand: Stagehand, stream: number): Promise<'over' | 'on'> {
  const { phase, action, variant, offset } = hand.scenario;
  if (phase === 'upload') {
    // Without a word about its window, no more than 65535 bytes may come.
    if (action === 'delay') return 'on';
    await strikeFrames(connection, action, Buffer.alloc(0), stream, hand.over);
    hand.played();
    return action === 'reset-stream' || action === 'abort' || action === 'stall' ? 'on' : 'over';
  }
  const answer = h2Answer(stream, variant === 'trailers', !variant.startsWith('unsized'));
  const whole = Buffer.concat(answer.map(({ bytes }) => bytes));
  if (phase === 'after-body') {
    await connection.send(whole);
    await strikeFrames(connection, action, Buffer.alloc(0), stream, hand.over);
    hand.played();
    return action === 'stall' ? 'on' : 'over';
  }
  if (action === 'truncate') {
    // The stream ends before its content-length is reached.
    const [head] = answer;
    await connection.send(Buffer.concat([head!.bytes, frame('data', stream, END_STREAM, Buffer.from('the whole'))]));
    hand.played();
    return 'on';
  }
  if (action === 'excess') {
    const [head] = answer;
    await connection.send(Buffer.concat([head!.bytes, frame('data', stream, END_STREAM, Buffer.from(`${H2_BODY}!`))]));
    hand.played();
    return 'on';
  }
  await breakBytes(connection, hand, whole, offset, stream);
  const goesOn: readonly Action[] = ['drip', 'delay', 'stall', 'trickle', 'abort', 'reset-stream', 'refuse-stream'];
  return goesOn.includes(action) ? 'on' : 'over';
}

function codeOf({ scenario: { variant } }: Stagehand): number {
  if (variant.endsWith('cancel')) return CODES.cancel;
  return variant.endsWith('no-error') ? CODES.noError : CODES.internal;
}

async function breakBytes(
  connection: RawConnection,
  hand: Stagehand,
  whole: Buffer,
  offset: number,
  stream: number,
): Promise<void> {
  if (offset > 0) await connection.send(whole.subarray(0, offset));
  await strikeFrames(connection, hand.scenario.action, whole.subarray(offset), stream, hand.over, codeOf(hand));
  hand.played();
}

/** Too slowly, until nobody waits any more; then the frame is completed, without which no other could follow. */
async function trickle(connection: RawConnection, bytes: Buffer, over: Promise<void>): Promise<void> {
  let waited = true;
  void over.then(() => (waited = false));
  let sent = 0;
  while (waited && !connection.ended && sent < bytes.length) {
    await Promise.race([over, sleep((STALL * 1000) / 4)]);
    if (waited) await connection.send(bytes.subarray(sent, sent + 1));
    else break;
    sent += 1;
  }
  await connection.send(bytes.subarray(sent));
}

async function strikeFrames(
  connection: RawConnection,
  action: Action,
  left: Buffer,
  stream: number,
  over: Promise<void>,
  code: number = CODES.internal,
): Promise<void> {
  switch (action) {
    case 'close':
      return connection.halfClose();
    case 'cut':
      return connection.cut();
    case 'reset':
      await new Promise((resolve) => setImmediate(resolve));
      return connection.reset();
    case 'garbage':
    case 'excess':
      await connection.send(Buffer.alloc(64, 0xff));
      return connection.halfClose();
    case 'bad-record':
      return connection.sendBelow(GARBAGE);
    case 'reset-stream':
      return connection.send(frame('rstStream', stream, 0, uint32(code)));
    case 'refuse-stream':
      return connection.send(frame('rstStream', stream, 0, uint32(CODES.refused)));
    case 'goaway-unseen':
      await connection.send(frame('goaway', 0, 0, uint32(0, CODES.noError)));
      return connection.halfClose();
    case 'goaway':
      await connection.send(frame('goaway', 0, 0, uint32(stream, CODES.internal)));
      return connection.halfClose();
    case 'drip':
      return connection.send(left, 'bytes');
    case 'delay':
      await sleep(PAUSE_MS);
      return connection.send(left);
    case 'trickle':
      return trickle(connection, left, over);
    default:
      return;
  }
}
