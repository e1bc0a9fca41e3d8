/** HTTP/2 on raw frames (RFC 9113 §4), as far as a server needs them that breaks the rules. */

const TYPES = {
  data: 0,
  headers: 1,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;
export type FrameType = keyof typeof TYPES;

export const END_STREAM = 1;
export const END_HEADERS = 4;
export const ACK = 1;
/** Error codes (RFC 9113 §7). */
export const CODES = { noError: 0, internal: 2, refused: 7, cancel: 8 } as const;
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';
const HEAD = 9;

/** A frame that has arrived. */
export interface Frame {
  readonly type: number;
  readonly flags: number;
  readonly stream: number;
  readonly payload: Buffer;
}

export function frame(type: FrameType, stream: number, flags = 0, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(HEAD);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = TYPES[type];
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value, i * 4);
  return bytes;
}

/** Fields as literals that are never indexed (RFC 7541 §6.2.2), which needs no table and no Huffman code. */
export function block(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.of(value.length), Buffer.from(value, 'latin1')]);
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.of(0x10), text(name), text(value)]));
}

/** Every complete frame after the client's preface; undefined while that is not complete. */
export function framesIn(bytes: Buffer): Frame[] | undefined {
  if (bytes.length < PREFACE.length) return undefined;
  const frames: Frame[] = [];
  for (let at = PREFACE.length; at + HEAD <= bytes.length; ) {
    const end = at + HEAD + bytes.readUIntBE(at, 3);
    if (end > bytes.length) break;
    frames.push({
      type: bytes[at + 3]!,
      flags: bytes[at + 4]!,
      stream: bytes.readUInt32BE(at + 5) & 0x7fffffff,
      payload: bytes.subarray(at + HEAD, end),
    });
    at = end;
  }
  return frames;
}

export function isType({ type }: Frame, name: FrameType): boolean {
  return type === TYPES[name];
}
