/** All pieces as one array; a single piece is returned as it is. */
export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const all = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    all.set(piece, at);
    at += piece.length;
  }
  return all;
}

/** Bytes as ISO-8859-1 text, however many. */
export function latin1(bytes: Uint8Array): string {
  let out = '';
  for (let at = 0; at < bytes.length; at += 8192) out += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return out;
}

/** Slices of `size` bytes, the last one shorter; null or a size <= 0 gives a single slice, no bytes give none (Requests: `iter_slices`). */
export function* iterSlices(bytes: Uint8Array, size: number | null): Generator<Uint8Array, void, undefined> {
  const step = size === null || size <= 0 ? bytes.length : size;
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}
