/** What the server answers with, whichever server it is. */
import { randomFillSync } from 'node:crypto';
import { gzipSync } from 'node:zlib';

export const DOWNLOAD_BYTES: number = 10 * 1024 * 1024;
export const REDIRECTS = 3;

/** 160 bytes. */
export const SMALL_JSON: string = JSON.stringify({
  id: 1,
  name: 'Analytical Engine',
  price: 17_000,
  inStock: false,
  tags: ['brass', 'steam'],
  address: { city: 'London', street: 'Dorset Street 1', country: 'GB' },
});

/** 100 kB before compression. */
export function compressedJson(): Buffer {
  const items: unknown[] = [];
  for (let i = 0; i < 850; i++)
    items.push({
      id: i,
      name: `item number ${i}`,
      price: (i * 7919) % 1000,
      tags: [`tag${i % 17}`, `kind${i % 5}`],
      ok: i % 3 === 0,
      note: 'In stock.',
    });
  return gzipSync(JSON.stringify({ id: 1, items }));
}

/** Bytes that do not repeat. */
export function downloadBytes(): Uint8Array {
  return randomFillSync(new Uint8Array(DOWNLOAD_BYTES));
}
