/**
 * What must come of each fault, decided by the rules of the protocols and by those of Requests, not by what the code does:
 *
 * - No connection: ConnectionError; none in time: ConnectTimeout. Whatever a proxy does before it lets us through: ProxyError.
 * - Before the final head is complete nobody knows what the server meant: ConnectionError, in time or ReadTimeout (RFC 9112 §8).
 * - A body that ends before its framing does is incomplete (RFC 9112 §8, §6.3): ChunkedEncodingError; too long a silence in it is a
 *   ConnectionError, as in Requests. A coding that is cut short inside complete framing: ContentDecodingError.
 * - TLS that breaks is an SSLError, at any time; a hang-up in the handshake breaks it, a reset is the network's doing.
 * - What is merely slow succeeds, and so does what happens after the last byte.
 */
import type { Action, Outcome, Phase, Scenario, Transport } from './model.ts';

type Row = Readonly<Partial<Record<Action, Outcome | readonly Outcome[]>>>;

const SLOW: Row = { drip: 'success', delay: 'success', abort: 'abort reason' };

const BEFORE_HEAD: Row = {
  ...SLOW,
  close: 'ConnectionError',
  reset: 'ConnectionError',
  cut: 'ConnectionError',
  stall: 'ReadTimeout',
  trickle: 'ReadTimeout',
  garbage: 'ConnectionError',
  truncate: 'ConnectionError',
  'bad-record': 'SSLError',
};

const IN_BODY: Row = {
  ...SLOW,
  close: 'ChunkedEncodingError',
  reset: 'ChunkedEncodingError',
  cut: 'ChunkedEncodingError',
  stall: 'ConnectionError',
  // Only `total` ends what never stops entirely.
  trickle: 'ReadTimeout',
  'bad-record': 'SSLError',
};

/** Where only the close ends a body, a close at any byte is its end (RFC 9112 §8): there is nothing to find. */
const UNTIL_CLOSE: Row = {
  ...SLOW,
  reset: 'ChunkedEncodingError',
  stall: 'ConnectionError',
  trickle: 'ReadTimeout',
  'bad-record': 'SSLError',
};

const IN_FRAMING: Row = { ...IN_BODY, garbage: 'ChunkedEncodingError', truncate: 'ChunkedEncodingError' };

const AT_PROXY: Row = {
  ...SLOW,
  refuse: 'ProxyError',
  close: 'ProxyError',
  reset: 'ProxyError',
  stall: 'ProxyError',
  trickle: 'ProxyError',
  garbage: 'ProxyError',
  truncate: 'ProxyError',
  excess: 'ProxyError',
};

/** SOCKS is a way to connect: too slow is ConnectTimeout. */
const AT_SOCKS: Row = { ...AT_PROXY, stall: 'ConnectTimeout', trickle: 'ConnectTimeout' };

const HANDSHAKE: Row = {
  ...SLOW,
  refuse: 'SSLError',
  close: 'SSLError',
  reset: 'ConnectionError',
  stall: 'ConnectTimeout',
  trickle: 'ConnectTimeout',
  garbage: 'SSLError',
};

const AFTER: Row = {
  close: 'success',
  reset: 'success',
  cut: 'success',
  stall: 'success',
  excess: 'success',
  garbage: 'success',
  'bad-record': 'success',
};

const TABLE: Readonly<Record<Phase, Row>> = {
  dns: { ...SLOW, refuse: 'ConnectionError', stall: 'ConnectTimeout', garbage: 'ConnectionError' },
  connect: { refuse: 'ConnectionError', stall: 'ConnectTimeout', abort: 'abort reason' },
  accept: { ...BEFORE_HEAD, garbage: 'ConnectionError' },
  'proxy-connect': AT_PROXY,
  'proxy-accept': AT_PROXY,
  'proxy-tls': AT_PROXY,
  'proxy-request': AT_PROXY,
  'proxy-answer': AT_PROXY,
  'connect-answer': AT_PROXY,
  // The way is open: what happens now cannot be told from what the target does.
  // In the same packet as the proxy's answer it is the proxy that says too much.
  // A reset that comes while TLS is being put on top is heard of by either.
  tunnel: { ...HANDSHAKE, garbage: ['SSLError', 'ProxyError'], reset: ['ConnectionError', 'SSLError'] },
  'socks-greeting': AT_SOCKS,
  'socks-auth': AT_SOCKS,
  'socks-reply': AT_SOCKS,
  'tls-handshake': HANDSHAKE,
  'h2-settings': { ...BEFORE_HEAD, goaway: 'ConnectionError' },
  upload: {
    ...SLOW,
    close: 'ConnectionError',
    reset: 'ConnectionError',
    stall: 'ConnectionError',
    'reset-stream': 'ConnectionError',
  },
  'upload-answer': {
    close: 'success',
    stall: 'success',
    // A reset may overtake the answer that was sent before it (RFC 9112 §9.6).
    reset: ['success', 'ConnectionError'],
    garbage: 'ConnectionError',
  },
  request: BEFORE_HEAD,
  interim: BEFORE_HEAD,
  'status-line': BEFORE_HEAD,
  header: BEFORE_HEAD,
  'head-end': BEFORE_HEAD,
  'length-body': IN_BODY,
  'chunk-size': IN_FRAMING,
  'chunk-data': { ...IN_BODY, truncate: 'ChunkedEncodingError' },
  'chunk-end': IN_FRAMING,
  'last-chunk': IN_FRAMING,
  trailer: IN_FRAMING,
  'trailer-end': IN_FRAMING,
  'close-body': UNTIL_CLOSE,
  // Garbage counts as content as long as the framing bears it, and then the coding does not.
  'gzip-length': { ...IN_BODY, garbage: 'ContentDecodingError', truncate: 'ContentDecodingError' },
  'gzip-chunked': { ...IN_BODY, garbage: 'ContentDecodingError', truncate: 'ContentDecodingError' },
  'gzip-close': {
    ...IN_BODY,
    close: 'ContentDecodingError',
    cut: 'ContentDecodingError',
    garbage: 'ContentDecodingError',
  },
  // Where a redirect leads is in its head: what becomes of its body is nobody's concern.
  'redirect-body': { close: 'success', reset: 'success', cut: 'success' },
  'h2-headers': {
    ...BEFORE_HEAD,
    'reset-stream': 'ConnectionError',
    // Guaranteed not to have been worked on, so it may be sent again, once (RFC 9113 §8.7).
    'refuse-stream': ['success', 'ConnectionError'],
    'goaway-unseen': ['success', 'ConnectionError'],
    goaway: 'ConnectionError',
  },
  'h2-data': {
    ...IN_BODY,
    garbage: 'ChunkedEncodingError',
    truncate: 'ChunkedEncodingError',
    excess: 'ChunkedEncodingError',
    'reset-stream': 'ChunkedEncodingError',
    goaway: 'ChunkedEncodingError',
  },
  // The body has its full length by then. That the trailers are missing may be told, or not.
  'h2-trailers': {
    ...IN_BODY,
    close: ['ChunkedEncodingError', 'success'],
    cut: ['ChunkedEncodingError', 'success'],
    goaway: ['ChunkedEncodingError', 'success'],
    garbage: 'ChunkedEncodingError',
    'reset-stream': 'ChunkedEncodingError',
  },
  'after-body': AFTER,
  idle: { ...AFTER, goaway: 'success' },
  // A kept connection that was dead is replaced, for a verb that may be sent twice.
  'next-request': { ...BEFORE_HEAD, close: 'success', reset: 'success', cut: 'success', 'goaway-unseen': 'success' },
};

const FORWARDING: ReadonlySet<Transport> = new Set(['forward', 'forward-tls', 'agent-forward']);
const UNANSWERED: ReadonlySet<Phase> = new Set(['upload', 'request', 'interim', 'status-line', 'header', 'head-end']);
const HANGS_UP: ReadonlySet<Action> = new Set(['close', 'reset', 'cut']);
/** These reach the target on the same TLS connection that carries HTTP. */
const SECURED: ReadonlySet<Transport> = new Set(['tls', 'h2', 'agent-tls']);

/** Undefined where the fault means nothing; the reasons are in `left-out.ts`. */
export function expectedOf(
  where: Pick<Scenario, 'transport' | 'phase' | 'action' | 'variant'>,
): readonly Outcome[] | undefined {
  const { transport, phase, action, variant } = where;
  const outcome = TABLE[phase][action];
  if (outcome === undefined) return undefined;
  if (FORWARDING.has(transport)) {
    // Whoever hangs up behind a forward proxy, it is the proxy that we see hanging up.
    if (UNANSWERED.has(phase) && HANGS_UP.has(action)) return ['ProxyError'];
    if (phase === 'upload-answer' && action === 'reset') return ['success', 'ProxyError'];
    // Once it has taken the request it is waited for like any server.
    if ((phase === 'proxy-request' || phase === 'proxy-answer') && action === 'stall') return ['ReadTimeout'];
    if (phase === 'proxy-accept' && action === 'stall' && transport !== 'forward-tls') return ['ReadTimeout'];
    // What it says in place of HTTP says nothing about who said it.
    if (
      (phase === 'proxy-request' ||
        phase === 'proxy-answer' ||
        (phase === 'proxy-accept' && transport !== 'forward-tls')) &&
      action === 'garbage'
    )
      return ['ConnectionError'];
    // A target that cannot be reached is an answer of the proxy: 502.
    if (phase === 'connect') return ['success'];
  } else if (phase === 'connect' && action === 'refuse' && !DIRECT.has(transport)) return ['ProxyError'];
  if (phase === 'accept' && SECURED.has(transport)) return toList(HANDSHAKE[action]!);
  if ((phase === 'proxy-accept' || phase === 'proxy-connect') && transport.startsWith('socks'))
    return toList(AT_SOCKS[action]!);
  if (phase === 'next-request' && variant === 'post' && HANGS_UP.has(action))
    return [FORWARDING.has(transport) ? 'ProxyError' : 'ConnectionError'];
  return toList(outcome);
}

export const DIRECT: ReadonlySet<Transport> = new Set(['h1', 'tls', 'h2', 'agent', 'agent-tls']);

function toList(outcome: Outcome | readonly Outcome[]): readonly Outcome[] {
  return typeof outcome === 'string' ? [outcome] : outcome;
}
