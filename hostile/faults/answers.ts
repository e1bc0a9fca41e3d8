/** Answers of HTTP/1.1, taken apart into the phases in which they can break. */
import { gzipSync } from 'node:zlib';
import type { Phase } from './model.ts';

/** A stretch of an answer that belongs to one phase. */
export interface Segment {
  readonly phase: Phase;
  readonly bytes: Buffer;
}

export interface Answer {
  readonly segments: readonly Segment[];
  /** What the caller must get, decoded. */
  readonly body: string;
  /** Only the close of the connection ends it. */
  readonly untilClose: boolean;
}

const BODY = 'the whole truth and nothing but it, all of 53 bytes..';

const segment = (phase: Phase, text: string | Buffer): Segment => ({
  phase,
  bytes: typeof text === 'string' ? Buffer.from(text, 'latin1') : text,
});

const head = (...lines: readonly string[]): Segment[] => [
  segment('status-line', 'HTTP/1.1 200 OK\r\n'),
  ...lines.map((line) => segment('header', `${line}\r\n`)),
  segment('head-end', '\r\n'),
];

const packed = gzipSync(BODY);

function chunked(data: Buffer, phase: Phase, trailers: readonly string[]): Segment[] {
  const half = data.length >> 1;
  const chunk = (bytes: Buffer): Segment[] => [
    segment(phase === 'chunk-data' ? 'chunk-size' : phase, `${bytes.length.toString(16)}\r\n`),
    segment(phase, bytes),
    segment(phase === 'chunk-data' ? 'chunk-end' : phase, '\r\n'),
  ];
  return [
    ...chunk(data.subarray(0, half)),
    ...chunk(data.subarray(half)),
    segment(phase === 'chunk-data' ? 'last-chunk' : phase, '0\r\n'),
    ...trailers.map((line) => segment('trailer', `${line}\r\n`)),
    segment(phase === 'chunk-data' ? 'trailer-end' : phase, '\r\n'),
  ];
}

const answer = (segments: readonly Segment[], body: string, untilClose = false): Answer => ({
  segments,
  body,
  untilClose,
});

/** By name, each with a framing of its own. */
export const ANSWERS: ReadonlyMap<string, Answer> = new Map([
  [
    'length',
    answer(
      [
        ...head('Content-Type: text/plain', `Content-Length: ${BODY.length}`, 'X-Last: header'),
        segment('length-body', BODY),
      ],
      BODY,
    ),
  ],
  [
    'chunked',
    answer([...head('Transfer-Encoding: chunked'), ...chunked(Buffer.from(BODY), 'chunk-data', ['X-Sum: 1'])], BODY),
  ],
  ['close', answer([...head('Connection: close'), segment('close-body', BODY)], BODY, true)],
  [
    'gzip-length',
    answer(
      [...head('Content-Encoding: gzip', `Content-Length: ${packed.length}`), segment('gzip-length', packed)],
      BODY,
    ),
  ],
  [
    'gzip-chunked',
    answer(
      [...head('Content-Encoding: gzip', 'Transfer-Encoding: chunked'), ...chunked(packed, 'gzip-chunked', [])],
      BODY,
    ),
  ],
  [
    'gzip-close',
    answer([...head('Content-Encoding: gzip', 'Connection: close'), segment('gzip-close', packed)], BODY, true),
  ],
  [
    'interim',
    answer(
      [
        segment('interim', 'HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n'),
        ...head(`Content-Length: ${BODY.length}`),
        segment('length-body', BODY),
      ],
      BODY,
    ),
  ],
  [
    'redirect',
    answer(
      [
        segment('status-line', 'HTTP/1.1 302 Found\r\n'),
        segment('header', 'Location: /healthy\r\nContent-Length: 53\r\n'),
        segment('head-end', '\r\n'),
        segment('redirect-body', BODY),
      ],
      'healthy',
    ),
  ],
]);

export function bytesOf({ segments }: Answer): Buffer {
  return Buffer.concat(segments.map(({ bytes }) => bytes));
}

/** The answer around a fault: what came before, the rest of the segment it falls into, and what follows that. */
export function cutAt(
  { segments }: Answer,
  offset: number,
): { readonly before: Buffer; readonly rest: Buffer; readonly following: Buffer } {
  let start = 0;
  for (const [i, { bytes }] of segments.entries()) {
    if (offset < start + bytes.length) {
      const all = segments.map((each) => each.bytes);
      return {
        before: Buffer.concat([...all.slice(0, i), bytes.subarray(0, offset - start)]),
        rest: bytes.subarray(offset - start),
        following: Buffer.concat(all.slice(i + 1)),
      };
    }
    start += bytes.length;
  }
  return {
    before: Buffer.concat(segments.map(({ bytes }) => bytes)),
    rest: Buffer.alloc(0),
    following: Buffer.alloc(0),
  };
}
