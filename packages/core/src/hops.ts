/** One call as a chain of exchanges: redirects around auth steps around the adapter. */
import { abortable } from './abort.ts';
import type { SendOptions } from './adapter.ts';
import { rewindBody } from './body.ts';
import { ChunkedEncodingError, ContentDecodingError, ReadTimeout, TooManyRedirects } from './exceptions.ts';
import { dispatchHook } from './hooks.ts';
import { own } from './options.ts';
import { describeRequest, type FlowAuth, type PreparedRequest } from './prepared-request.ts';
import { checkPolicy, dropBody, redirectUrl } from './redirect.ts';
import { about, Response, storeCookies } from './response.ts';
import type { ResponseSeams } from './response-options.ts';
import type { Session } from './session.ts';
import type { TimeoutLimits } from './timeout.ts';

/** A body that nobody asked for is read up to this size to keep its connection; a longer one is dropped with it. */
const DRAIN_BYTES = 64 * 1024;
/** Challenges that an auth flow may answer, per hop and per call; the response that came last is then the answer. */
const HOP_ROUNDS = 3;
const CALL_ROUNDS = 10;

/** What one call knows beyond its options. */
export interface Call {
  readonly options: SendOptions;
  /** Epoch of `performance.now` at which the total timeout ends; null without one. */
  readonly deadline: number | null;
  /** Challenges that may still be answered, however many redirects there are. */
  readonly rounds: { left: number };
}

export function createCall(options: SendOptions): Call {
  const { timeout, signal } = options;
  if (signal && !signal.throwIfAborted) throw new TypeError('signal must be an AbortSignal');
  const total =
    timeout && typeof timeout === 'object' && !Array.isArray(timeout) ? own(timeout as TimeoutLimits).total : null;
  return { options, deadline: total ? performance.now() + total * 1000 : null, rounds: { left: CALL_ROUNDS } };
}

/** The total timeout spans the whole call: each exchange gets what is left of it. */
function optionsNow({ options, deadline }: Call, request: PreparedRequest): SendOptions {
  options.signal?.throwIfAborted();
  if (deadline === null) return options;
  const total = (deadline - performance.now()) / 1000;
  if (total <= 0) throw new ReadTimeout(`Total timeout passed: ${describeRequest(request)}`, { request });
  return { ...options, timeout: { ...(options.timeout as TimeoutLimits), total } };
}

/** One hop: the exchange, or the exchanges of an auth flow, then the hooks. Not async itself: most hops are one exchange and no more. */
export function exchange(session: Session, request: PreparedRequest, call: Call): Promise<Response> {
  const options = optionsNow(call, request);
  if (request.auth) return runHooks(session, request, runFlow(session, request, call), options);
  const sent = sendOnce(session, request, options);
  return request.hooks.response.length === 0 ? sent : runHooks(session, request, sent, options);
}

async function runHooks(
  session: Session,
  request: PreparedRequest,
  sent: Promise<Response>,
  options: SendOptions,
): Promise<Response> {
  const response = await sent;
  const { response: hooks } = request.hooks;
  if (hooks.length === 0) return response;
  try {
    const replaced = await abortable(dispatchHook(hooks, response, options), options.signal);
    if (!(replaced instanceof Response)) throw new TypeError('A response hook must return a Response, or nothing');
    // A hook may have sent again: what that set is kept as well.
    if (replaced !== response) for (const other of [...replaced.history, replaced]) finish(session, other);
    return replaced;
  } catch (error) {
    await response.close();
    throw error;
  }
}

/** The flow writes on a copy: what it computed for one hop stays neither in the caller's request nor in that of the next hop. */
async function runFlow(session: Session, prepared: PreparedRequest, call: Call): Promise<Response> {
  const { signal } = call.options;
  const auth = prepared.auth as FlowAuth;
  const flow = auth.authFlow(prepared.copy(), call.options);
  const challenges: Response[] = [];
  let response: Response | null = null;
  try {
    let step = await abortable(flow.next(undefined as never), signal);
    while (!step.done) {
      const request: PreparedRequest = step.value;
      if (response) {
        await response.drain(DRAIN_BYTES);
        challenges.push(response);
        call.rounds.left--;
        rewind(request, response);
        storeCookies(request.cookies, response);
        request.refreshCookies(session.cookies);
      }
      response = await sendOnce(session, request, optionsNow(call, request));
      step = await abortable(flow.next(response), signal);
      if (challenges.length === HOP_ROUNDS || call.rounds.left === 0) break;
    }
    if (!response) throw new TypeError('An auth flow must yield a request before it returns');
    response.history = [...challenges, ...response.history];
    return response;
  } catch (error) {
    await response?.close();
    throw error;
  } finally {
    // While the flow waits for something itself, it ends when that does.
    await abortable(flow.return(), signal);
  }
}

/** @throws UnrewindableBodyError about the response that made it necessary to send again. */
function rewind(request: PreparedRequest, response: Response): void {
  try {
    if (request.body !== null) rewindBody(request.body, request.bodyPosition);
  } catch (error) {
    throw about(error, response);
  }
}

async function sendOnce(session: Session, request: PreparedRequest, options: SendOptions): Promise<Response> {
  const adapter = session.getAdapter(request.url);
  const start = performance.now();
  let response: Response;
  try {
    response = await adapter.send(request, options);
  } catch (error) {
    response = brokenRedirect(error);
  }
  if (!(response instanceof Response)) throw new TypeError('An adapter must resolve to a Response');
  response.elapsed ||= (performance.now() - start) / 1000;
  response.connection = adapter;
  response.request ??= request;
  // A wrapper may have sent more than once: what its earlier responses set is kept as well.
  for (const earlier of response.history) finish(session, earlier);
  finish(session, response);
  return response;
}

/** A redirect whose body is broken is followed all the same; any other error is thrown on. */
function brokenRedirect(error: unknown): Response {
  const broken = error instanceof ChunkedEncodingError || error instanceof ContentDecodingError;
  if (broken && error.response?.isRedirect) return error.response;
  throw error;
}

/** Lends the response what it needs, and keeps its cookies. */
function finish(session: Session, response: Response): void {
  response.attachSeams(session as ResponseSeams);
  storeCookies(session.cookies, response);
}

/** The request that follows `response`, or null when it is no redirect. @throws as redirects do: see `redirectUrl`. */
export function nextRequest(
  session: Session,
  request: PreparedRequest,
  response: Response,
  fragment: string,
): PreparedRequest | null {
  const target = session.getRedirectTarget(response);
  if (!target) return null;
  const from = request.split;
  const next = request.copy();
  try {
    next.url = redirectUrl(from, target, fragment);
  } catch (error) {
    throw about(error, response);
  }
  session.rebuildMethod(next, response);
  if (response.statusCode !== 307 && response.statusCode !== 308) dropBody(next);
  checkPolicy(from, next, session.redirectPolicy, response);
  if (from.scheme === 'https' && next.split.scheme === 'http') next.headers.delete('Referer');
  rewind(next, response);
  next.headers.delete('Cookie');
  // What the server changed is not sent as it was: these are a copy, the caller's stay.
  storeCookies(next.cookies, response);
  session.rebuildAuth(next, response);
  next.prepareCookies(null, session.cookies);
  return next;
}

/**
 * Follows redirects from `response` on, one per step (Requests: `resolve_redirects`).
 *
 * Each response gets the ones before it as `history`; its body is read when it is short and dropped otherwise.
 *
 * @throws TooManyRedirects with the last response.
 */
export async function* followRedirects(
  session: Session,
  request: PreparedRequest,
  response: Response,
  call: Call,
): AsyncGenerator<Response, void, undefined> {
  const history: Response[] = [];
  let fragment = '';
  for (let current = response, sent = request; ; ) {
    fragment = current.request?.split.fragment || fragment;
    if (!session.getRedirectTarget(current)) return;
    current.history = [...history];
    // The body is of no use: when it is broken, its connection is dropped and the redirect followed all the same.
    await current.drain(DRAIN_BYTES).catch(() => current.close());
    if (history.length >= session.maxRedirects) {
      throw new TooManyRedirects(`Exceeded ${session.maxRedirects} redirects: ${describeRequest(sent)}`, {
        response: current,
        request: sent,
      });
    }
    const next = nextRequest(session, sent, current, fragment)!;
    history.push(current);
    const proxies = session.rebuildProxies(next, call.options.proxies ?? {});
    current = await exchange(session, next, { ...call, options: own({ ...call.options, proxies }) });
    current.history = [...history];
    sent = next;
    yield current;
  }
}
