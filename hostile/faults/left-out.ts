/** Cells that cannot apply, and why. */
import type { Action, Phase } from './model.ts';

export interface LeftOut {
  readonly phase: Phase;
  readonly action: Action | '*';
  readonly reason: string;
}

const CONTENT = 'within a length, any bytes are content: only a coding can tell';
const THE_END = 'the close is what ends such a body, at whatever byte it comes (RFC 9112 §8)';

export const LEFT_OUT: readonly LeftOut[] = [
  { phase: 'length-body', action: 'garbage', reason: CONTENT },
  { phase: 'chunk-data', action: 'garbage', reason: CONTENT },
  { phase: 'close-body', action: 'garbage', reason: CONTENT },
  { phase: 'close-body', action: 'close', reason: THE_END },
  {
    phase: 'close-body',
    action: 'cut',
    reason:
      'RFC 9112 §9.8 wants an error without close_notify, but node:tls ends both in the same way; Requests accepts it, too',
  },
  { phase: 'length-body', action: 'truncate', reason: 'bytes that are missing at the end are those of `close`' },
  { phase: 'close-body', action: 'truncate', reason: THE_END },
  { phase: 'interim', action: 'excess', reason: 'more of them than are borne is for the tests of maxInformational' },
  { phase: 'dns', action: 'close', reason: 'a lookup has no connection' },
  { phase: 'dns', action: 'reset', reason: 'a lookup has no connection' },
  { phase: 'dns', action: 'drip', reason: 'an address comes at once or not at all' },
  { phase: 'connect', action: 'close', reason: 'what is not open cannot be closed: that is `refuse`' },
  { phase: 'connect', action: 'drip', reason: 'the system connects, at once or not at all' },
  { phase: 'upload-answer', action: 'trickle', reason: 'an upload that goes on is a sign of life' },
  { phase: 'redirect-body', action: 'stall', reason: 'it is read like any body: length-body' },
  {
    phase: 'h2-settings',
    action: 'goaway',
    reason: 'before its SETTINGS a server may send nothing (RFC 9113 §3.4): that is `garbage`',
  },
];
