import { ConnectionError, ConnectTimeout, ReadTimeout } from '@requests-ts/core';
import { describeRequest } from '@requests-ts/core/authors';
import { ConnectFailure, type ConnectPhase, formatMs, UploadStream } from '@requests-ts/node-transport';
import type { AgentCall } from './agent-call.ts';
import { agentError } from './agent-errors.ts';

/** What it means that nothing happened for `ms`; null when it means nothing, and the wait goes on. */
export function expiryError(call: AgentCall, ms: number): unknown {
  const { request, route } = call.init;
  const what = describeRequest(request);
  switch (call.state) {
    case 'done':
      return null;
    case 'sending':
      // A slow producer of the body is nobody's stall; a peer that takes no more bytes is.
      if (call.upload instanceof UploadStream && !call.stalled) return null;
      return new ConnectionError(
        `Write timed out after ${formatMs(ms)}, the server takes no more of the body: ${what}`,
        { request },
      );
    case 'head':
      return new ReadTimeout(`Read timed out after ${formatMs(ms)} without an answer: ${what}`, { request });
    case 'body': {
      const text = `Read timed out after ${formatMs(ms)} without a byte of the body: ${what}`;
      const cause = new ReadTimeout(text, { request });
      return new ConnectionError(text, { request, cause });
    }
    default: {
      const phase: ConnectPhase = call.state;
      const proxy = call.throughProxy ? undefined : route.proxy;
      return agentError(new ConnectFailure({ phase, proxy, timeoutMs: ms }), call);
    }
  }
}

/** The whole exchange took too long. */
export function totalError({ init: { request }, connecting }: AgentCall, ms: number): Error {
  const message = `Timed out: the whole request took longer than ${formatMs(ms)} (total): ${describeRequest(request)}`;
  return connecting ? new ConnectTimeout(message, { request }) : new ReadTimeout(message, { request });
}
