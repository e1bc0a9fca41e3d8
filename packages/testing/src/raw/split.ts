import type { Socket } from 'node:net';

/** How bytes are cut when they are written: at these offsets, after every byte, or not at all. */
export type Split = readonly number[] | 'bytes' | 'whole';

/** One way to cut an answer, with a name for the title of a test. */
export interface NamedSplit {
  readonly name: string;
  readonly split: Split;
}

/**
 * Every way in which an answer is worth cutting: whole, byte by byte, and in two at every offset.
 *
 *     it.each(everySplit(answer))('reads it $name', async ({ split }) => { ... startRawServer(answer, { split }) ... });
 *
 * @param step Only each n-th offset, for long answers.
 */
export function everySplit(answer: string | Uint8Array, step = 1): NamedSplit[] {
  const named: NamedSplit[] = [
    { name: 'whole', split: 'whole' },
    { name: 'byte by byte', split: 'bytes' },
  ];
  for (let offset = 1; offset < answer.length; offset += step)
    named.push({ name: `in two at ${offset}`, split: [offset] });
  return named;
}

/** The pieces of a cut. */
export function cut(bytes: Uint8Array, split: Split): Uint8Array[] {
  if (split === 'whole') return [bytes];
  const offsets = split === 'bytes' ? Array.from(bytes, (_, i) => i + 1) : split;
  const pieces: Uint8Array[] = [];
  let from = 0;
  for (const to of [...offsets, bytes.length]) {
    if (to > from) pieces.push(bytes.subarray(from, to));
    from = Math.max(from, to);
  }
  return pieces;
}

/** Writes bytes cut like that. Resolves when the system took them, or the connection is gone. */
export async function writeCut(socket: Socket, bytes: Uint8Array, split: Split): Promise<void> {
  for (const [i, piece] of cut(bytes, split).entries()) {
    // One turn of the event loop between pieces, so that the other side reads them apart.
    if (i > 0) await new Promise((resolve) => setImmediate(resolve));
    if (socket.destroyed) return;
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
  }
}
