/** One scenario: play it, and say everything that is wrong about what came of it. */
import {
  type PreparedRequest,
  Request,
  RequestException,
  type Response,
  type SessionSendOptions,
} from '@requests-ts/core';
import { type Canaries, createCanaries, expectNoSecret } from '@requests-ts/testing';
import { ANSWERS } from './answers.ts';
import { H2_BODY } from './frame-target.ts';
import { type Outcome, PATIENCE, type Phase, type Scenario, STALL } from './model.ts';
import { type Stage, setStage } from './stage.ts';
import { CUT_SHORT, type Stagehand } from './target.ts';

export interface Result {
  readonly scenario: Scenario;
  readonly outcome: string;
  /** Empty when all is as it must be. */
  readonly violations: readonly string[];
}

/** Not an Error, so that wrapping it shows. */
const REASON = { because: 'the caller lost patience' };
/** What a deadline may be exceeded by, and what everything that has no deadline may take. */
const MARGIN_MS = 1000;
/** Bytes of an upload that is to succeed. */
const UPLOAD = 40 * 8192;
/** More turns of the loop than bytes need from the server through a proxy to the client. */
const TURNS = 20;
const PROMPT_MS = (PATIENCE - 1) * 1000;

/** @param waiting Called when the scenario does nothing any more but wait, so that others may start. */
export async function perform(scenario: Scenario, deafPort: number, waiting: () => void): Promise<Result> {
  const violations: string[] = [];
  const { promise: played, resolve: isPlayed } = Promise.withResolvers<void>();
  const { promise: cue, resolve: giveCue } = Promise.withResolvers<void>();
  const { promise: over, resolve: isOver } = Promise.withResolvers<void>();
  const abort = new AbortController();
  const hand: Stagehand = {
    scenario,
    cue,
    over,
    played: () => {
      isPlayed();
      if (scenario.action === 'abort') abort.abort(REASON);
      waiting();
    },
  };
  const canaries = createCanaries();
  const stage = await setStage(hand, canaries, deafPort);
  let outcome = 'nothing';
  try {
    outcome = await act(scenario, stage, canaries, { abort, giveCue, isOver, played, violations });
  } catch (error) {
    violations.push(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  } finally {
    await leave(stage, violations);
  }
  return { scenario, outcome, violations };
}

interface Props {
  readonly abort: AbortController;
  readonly giveCue: () => void;
  readonly isOver: () => void;
  readonly played: Promise<void>;
  readonly violations: string[];
}

async function act(scenario: Scenario, stage: Stage, canaries: Canaries, props: Props): Promise<string> {
  const { phase, action, expected } = scenario;
  const { violations, played } = props;
  const { session, healthy, healthyOptions } = stage;
  const get = async (where: string): Promise<void> => {
    const response = await settled(
      session.send(prepare(scenario, canaries, `${healthy}/healthy`), limited(healthyOptions)),
      where,
    );
    if (response.text !== 'healthy') violations.push(`${where} was answered with ${JSON.stringify(response.text)}`);
  };
  if (phase === 'idle' || phase === 'next-request') await get('the first request');
  if (phase === 'idle') {
    props.giveCue();
    await settled(played, 'the fault between two requests');
    // Both ends know now that the connection is of no use any more.
    if (action !== 'stall') {
      await settled(stage.entrance.waitForOpenConnections(0), 'giving up an idle connection');
      // A reset needs no answer: the session hears of it when the loop comes to its socket.
      await turns(2);
    }
  } else {
    // Nobody tells us that a packet was dropped: there the caller waits for a moment, and gives up.
    if (action === 'abort' && phase.endsWith('connect')) setTimeout(() => props.abort.abort(REASON), 100);
  }
  const request = prepare(
    scenario,
    canaries,
    `${stage.faulty}${phase === 'idle' ? '/healthy' : '/fault'}?token=${canaries.query}`,
  );
  const before = stage.entrance.connections;
  const outcome = await attempt(request, scenario, stage, props);
  props.isOver();
  const name = outcome.name;
  if (!(expected as readonly string[]).includes(name))
    violations.push(
      `expected ${expected.join(' or ')}, got ${name}${outcome.error ? `: ${describe(outcome.error)}` : ''}`,
    );
  if (outcome.error !== undefined && name !== 'abort reason')
    violations.push(...faultsOf(outcome.error, request, canaries));
  if (name === 'success') checkBody(outcome, scenario, violations);
  else checkPart(outcome, scenario, violations);
  // Whatever came in the same breath as the answer is heard of one turn later, on a connection that many streams share.
  if (phase === 'after-body') await turns(2);
  const used = stage.entrance.connections - before;
  if (used > 2) violations.push(`${used} connections for one request`);
  await get('the next request');
  return name;
}

interface Attempt {
  readonly name: Outcome | string;
  readonly response?: Response;
  /** What was read of the body. */
  readonly text: string;
  readonly error?: unknown;
}

async function attempt(
  request: PreparedRequest,
  scenario: Scenario,
  stage: Stage,
  { abort, played }: Props,
): Promise<Attempt> {
  const { mode, action, phase } = scenario;
  let text = '';
  let response: Response | undefined;
  const options: SessionSendOptions = {
    ...limited(stage.faultyOptions, scenario),
    stream: mode === 'streamed',
    ...(action === 'abort' && { signal: abort.signal }),
  };
  const run = async (): Promise<Attempt> => {
    response = await stage.session.send(request, options);
    if (mode === 'streamed')
      for await (const piece of response.iterContent(null)) text += Buffer.from(piece as Uint8Array).toString();
    else text = response.text;
    return { name: 'success', response, text };
  };
  try {
    const running = run();
    if (!isSlow(scenario)) return await settled(running, 'the request');
    // The limit counts from the last sign of life, which the client has seen after so many turns; an upload still fills the buffers on its way.
    running.catch(() => {});
    if (!phase.endsWith('connect')) await settled(Promise.race([played, running]), 'the fault');
    await Promise.race([turns(TURNS), running]);
    const graceMs = phase === 'upload' ? PROMPT_MS : MARGIN_MS;
    return await settled(running, 'the request', limitOf(phase, scenario) * 1000 + graceMs);
  } catch (error) {
    if (error instanceof NotSettled) throw error;
    const name =
      error === REASON ? 'abort reason' : error instanceof RequestException ? error.name : `foreign ${String(error)}`;
    return { name, text, error };
  } finally {
    await response?.close();
  }
}

/** The request that breaks is full of secrets. */
function prepare(scenario: Scenario, canaries: Canaries, url: string): PreparedRequest {
  const { phase, variant } = scenario;
  const { user, password, authorization, cookie, header } = canaries;
  const upload = phase.startsWith('upload');
  const method = upload || variant === 'post' ? 'POST' : 'GET';
  return new Request(method, url.replace('://', `://${user}:${password}@`), {
    headers: { Authorization: `Bearer ${authorization}`, Cookie: `session=${cookie}`, 'X-Api-Key': header },
    ...(method === 'POST' && {
      data: upload && url.includes('/fault') ? source(scenario, canaries.body) : canaries.body,
    }),
  }).prepare();
}

/** An upload that never ends by itself, unless the whole of it is to arrive. */
async function* source({ action }: Scenario, secret: string): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(8192, secret);
  const pieces = action === 'drip' || action === 'delay' ? UPLOAD / piece.length : Number.POSITIVE_INFINITY;
  for (let i = 0; i < pieces; i++) yield piece;
}

function isSlow({ action }: Scenario): boolean {
  return action === 'stall' || action === 'trickle';
}

function limitOf(phase: Phase, { action }: Scenario): number {
  return action === 'trickle' && isBody(phase) ? 2 * STALL : STALL;
}

function isBody(phase: Phase): boolean {
  return /body|data|gzip/.test(phase);
}

/** Only the limit that the fault is to meet is short. */
function limited(options: SessionSendOptions, scenario?: Scenario): SessionSendOptions {
  if (!scenario || !isSlow(scenario)) return { ...options, timeout: PATIENCE };
  const { phase, action, expected } = scenario;
  const limit = limitOf(phase, scenario);
  if (action === 'trickle' && isBody(phase)) return { ...options, timeout: { connect: PATIENCE, total: limit } };
  const connecting = expected.includes('ConnectTimeout') || expected.includes('ProxyError');
  return { ...options, timeout: connecting ? [limit, PATIENCE] : [PATIENCE, limit] };
}

/** What may be reported as the whole body. More than one where a request may be sent again, and finds the server well. */
function wholeBodies({ transport, phase, variant }: Scenario): readonly string[] {
  if (phase === 'idle') return ['healthy'];
  if (phase === 'upload') return [String(UPLOAD)];
  if (phase === 'upload-answer') return ['no!'];
  if (phase === 'connect') return [''];
  if (transport === 'h2') return [H2_BODY, 'healthy'];
  return [(ANSWERS.get(variant) ?? ANSWERS.get('length')!).body];
}

function checkBody({ response, text }: Attempt, scenario: Scenario, violations: string[]): void {
  const { phase } = scenario;
  const status = phase === 'upload-answer' ? 413 : phase === 'connect' ? 502 : 200;
  if (response?.statusCode !== status) violations.push(`status ${response?.statusCode} instead of ${status}`);
  if (!wholeBodies(scenario).includes(text))
    violations.push(`a wrong body was reported as complete: ${JSON.stringify(text)}`);
}

/** What a stream gave out before it broke must be right as far as it goes. */
function checkPart({ text }: Attempt, scenario: Scenario, violations: string[]): void {
  const whole = scenario.action === 'truncate' ? [...wholeBodies(scenario), CUT_SHORT] : wholeBodies(scenario);
  // Of a coding, noise is noticed at its end only, and so are bytes that are missing in a chunk.
  if (scenario.action === 'garbage' && scenario.phase.startsWith('gzip')) return;
  if (scenario.action === 'truncate' && scenario.phase === 'chunk-data') return;
  if (!whole.some((body) => body.startsWith(text)))
    violations.push(`what came before the error is wrong: ${JSON.stringify(text)}`);
}

function faultsOf(error: unknown, request: PreparedRequest, canaries: Canaries): string[] {
  const found: string[] = [];
  if (!(error instanceof RequestException)) return [`not an error of ours: ${String(error)}`];
  if (!/^ERR_[A-Z_]+$/.test(error.code)) found.push(`code ${error.code}`);
  if (error.request !== request) found.push('the error does not carry its request');
  if (error.message === '') found.push('the error says nothing');
  try {
    expectNoSecret(error, canaries);
  } catch (leak) {
    found.push((leak as Error).message);
  }
  return found;
}

/** Nothing may be open any more once the session is closed. */
async function leave(stage: Stage, violations: string[]): Promise<void> {
  await stage.session.close();
  for (const listener of stage.listeners) {
    try {
      await settled(listener.waitForOpenConnections(0), 'closing every connection');
    } catch {
      violations.push(`${listener.openConnections} connections left open`);
    }
  }
  try {
    await stage.close();
  } catch (error) {
    violations.push(`the server: ${String(error)}`);
  }
}

class NotSettled extends Error {
  override readonly name: string = 'NotSettled';
}

/** Our own timer runs on the loop that those of the session run on: when that is late, so are both. */
async function settled<T>(promise: Promise<T>, what: string, ms: number = PROMPT_MS): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new NotSettled(`${what}: not settled after ${ms} ms`)), ms);
  promise.catch(() => {});
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setImmediate(resolve));
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
