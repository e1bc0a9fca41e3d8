/** The server behind every transport that speaks HTTP/1.1: it breaks under `/fault` and is well everywhere else. */
import { gzipSync } from 'node:zlib';
import { crlf, type RawConnection, type RawHandler } from '@requests-ts/testing';
import { ANSWERS, type Answer, bytesOf, cutAt } from './answers.ts';
import { type Action, type Scenario, STALL } from './model.ts';

/** What the script of a fault is told, and tells. */
export interface Stagehand {
  readonly scenario: Scenario;
  /** Resolves when the client has its first answer and does nothing any more. */
  readonly cue: Promise<void>;
  /** Resolves when the request that breaks has come to its end. */
  readonly over: Promise<void>;
  /** Called when the fault has been played: from now on the client is on its own. */
  played(): void;
}

export const GARBAGE: Buffer = Buffer.from('\0\x01\xfe\xff no protocol that anybody knows \r\0\x7f\n\0', 'latin1');
const HEALTHY = crlf('HTTP/1.1 200 OK', 'Content-Length: 7', '', 'healthy');
const TOO_LARGE = crlf('HTTP/1.1 413 Content Too Large', 'Content-Length: 3', '', 'no!');
const PAUSE_MS = 60;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function playTarget(hand: Stagehand): RawHandler {
  return async (connection) => {
    while (!connection.ended) {
      const { target } = await connection.nextHead();
      if (!target.startsWith('/fault')) {
        await connection.nextRequest();
        await connection.send(HEALTHY);
        if (hand.scenario.phase === 'idle' && connection.id === 1) await playIdle(connection, hand);
      } else if (hand.scenario.phase === 'upload') await playUpload(connection, hand);
      else if (hand.scenario.phase === 'upload-answer') await playEarlyAnswer(connection, hand);
      else {
        await connection.nextRequest();
        // What kept connections do comes only once: whoever tries again finds the server well.
        if (hand.scenario.phase === 'next-request' && connection.id > 1) await connection.send(bytesOf(answerOf(hand)));
        else await playAnswer(connection, hand);
      }
    }
  };
}

export function answerOf({ scenario: { variant } }: Stagehand): Answer {
  return ANSWERS.get(variant) ?? ANSWERS.get('length')!;
}

async function playAnswer(connection: RawConnection, hand: Stagehand): Promise<void> {
  const { action, phase, offset } = hand.scenario;
  const answer = answerOf(hand);
  const { before, rest, following } = cutAt(answer, offset);
  await (phase === 'after-body' ? playAfter(connection, action, bytesOf(answer)) : breakAt());
  hand.played();
  if (action === 'drip' || action === 'delay') {
    if (answer.untilClose) connection.halfClose();
    return;
  }
  if (phase === 'after-body' && action === 'stall') return;
  // Only the coding was wrong: the connection is as good as ever.
  if (phase.startsWith('gzip') && (action === 'truncate' || action === 'garbage')) return;
  // Nothing else may happen on this connection.
  await connection.closed;

  async function breakAt(): Promise<void> {
    if (phase.startsWith('gzip') && action === 'truncate') return connection.send(shortGzip(phase, offset));
    if (phase.startsWith('gzip') && action === 'garbage') {
      // Of the same length, so that the framing stays right.
      await connection.send(Buffer.concat([before, Buffer.alloc(rest.length, 0xaa), following]));
      if (answer.untilClose) connection.halfClose();
      return;
    }
    if (before.length > 0) await connection.send(before);
    await strike(connection, action, Buffer.concat([rest, following]), following);
  }
}

/** The fault itself. @param left Everything that is not sent yet. @param following The same without what `truncate` leaves out. */
async function strike(connection: RawConnection, action: Action, left: Buffer, following: Buffer): Promise<void> {
  switch (action) {
    case 'close':
      return connection.halfClose();
    case 'reset':
      // What was sent has been taken by the system: one turn of the loop lets the client see it first.
      await new Promise((resolve) => setImmediate(resolve));
      return connection.reset();
    case 'cut':
      return connection.cut();
    case 'garbage':
      await connection.send(GARBAGE);
      return connection.halfClose();
    case 'truncate':
      await connection.send(following);
      return connection.halfClose();
    case 'bad-record':
      return connection.sendBelow(GARBAGE);
    case 'drip':
      return connection.send(left, 'bytes');
    case 'delay':
      await sleep(PAUSE_MS);
      return connection.send(left);
    case 'trickle':
      for (const byte of left) {
        await sleep((STALL * 1000) / 4);
        if (connection.ended) return;
        await connection.send(Buffer.of(byte));
      }
      return;
    default:
      return;
  }
}

/** The answer is whole; in the same breath comes what does not belong to it. */
async function playAfter(connection: RawConnection, action: Action, whole: Buffer): Promise<void> {
  if (action === 'excess') return connection.send(Buffer.concat([whole, Buffer.from(HEALTHY)]));
  if (action === 'garbage') return connection.send(Buffer.concat([whole, GARBAGE]));
  await connection.send(whole);
  await strike(connection, action, Buffer.alloc(0), Buffer.alloc(0));
}

/** Between two requests, on a connection that both sides keep. */
async function playIdle(connection: RawConnection, hand: Stagehand): Promise<void> {
  const { action } = hand.scenario;
  await hand.cue;
  await strike(connection, action, Buffer.alloc(0), Buffer.alloc(0));
  hand.played();
}

async function playUpload(connection: RawConnection, hand: Stagehand): Promise<void> {
  const { action, offset } = hand.scenario;
  if (action === 'drip' || action === 'delay') {
    connection.pause();
    await sleep(PAUSE_MS);
    connection.resume();
    const { body } = await connection.nextRequest();
    const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${String(body.length).length}\r\n\r\n${body.length}`;
    return connection.send(answer, action === 'drip' ? 'bytes' : 'whole');
  }
  if (offset > 0) await connection.when(() => (connection.received.length > offset ? true : undefined));
  if (action === 'stall' || action === 'abort') connection.pause();
  await strike(connection, action, Buffer.alloc(0), Buffer.alloc(0));
  hand.played();
  // Who does not read does not hear of an end either.
  await hand.over;
  connection.resume();
  await connection.closed;
}

/** Answers while the body is still coming, and reads on, as RFC 9112 §9.6 wants. */
async function playEarlyAnswer(connection: RawConnection, hand: Stagehand): Promise<void> {
  const { action, offset } = hand.scenario;
  await connection.when(() => (connection.received.length > offset ? true : undefined));
  if (action !== 'garbage') await connection.send(TOO_LARGE);
  await strike(connection, action, Buffer.alloc(0), Buffer.alloc(0));
  hand.played();
  await connection.closed;
}

/** What a coding holds that is cut short. */
export const CUT_SHORT = 'no coding ends where it is cut, whatever the framing around it says';

/** A coding that ends too early inside framing that is complete. */
function shortGzip(phase: string, left: number): Buffer {
  const data = gzipSync(CUT_SHORT);
  const short = data.subarray(0, Math.max(1, data.length - 1 - (left % (data.length - 2))));
  const coded = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n';
  const head =
    phase === 'gzip-length'
      ? `${coded}Content-Length: ${short.length}\r\n\r\n`
      : `${coded}Transfer-Encoding: chunked\r\n\r\n${short.length.toString(16)}\r\n`;
  return Buffer.concat([Buffer.from(head), short, Buffer.from(phase === 'gzip-length' ? '' : '\r\n0\r\n\r\n')]);
}
