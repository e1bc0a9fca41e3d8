import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MultipartEncoder } from '@requests-ts/multipart';
import { describe, expect, it, onTestFinished } from 'vitest';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** Counts what it receives, and throws it away. */
async function countingServer(): Promise<{ port: number; heads: Record<string, unknown>[] }> {
  const heads: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    heads.push(request.headers);
    let count = 0;
    request.on('data', (chunk: Buffer) => {
      count += chunk.length;
    });
    request.on('end', () => response.end(String(count)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { port: (server.address() as AddressInfo).port, heads };
}

function sparseFile(size: number): string {
  const directory = mkdtempSync(join(tmpdir(), 'requests-ts-multipart-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'big.bin');
  writeFileSync(path, '');
  truncateSync(path, size);
  return path;
}

describe(MultipartEncoder, () => {
  it.each([
    ['blob', 1],
    ['stream', 2],
  ])(
    'M104 B-TB-02 uploads a file as a %s of %i GiB with its length, and with less than 64 MiB of memory',
    async (kind, size) => {
      const { port, heads } = await countingServer();
      const path = sparseFile(size * GIB);
      const { stdout } = await promisify(execFile)(
        process.execPath,
        [
          // Garbage is collected early: V8 lets 64 MiB of buffers pile up otherwise, whoever reads a file, before it looks.
          '--max-semi-space-size=1',
          '--conditions=@requests-ts/source',
          join(import.meta.dirname, 'upload-process.ts'),
          path,
          String(port),
          kind,
        ],
        { cwd: join(import.meta.dirname, '..') },
      );
      const { growth, length, received, sent } = JSON.parse(stdout);
      expect([received, sent]).toEqual([length, length]);
      expect(length).toBeGreaterThan(size * GIB);
      expect(heads[0]).toMatchObject({ 'content-length': String(length) });
      expect(heads[0]).not.toHaveProperty('transfer-encoding');
      expect(growth).toBeLessThan(64 * MIB);
    },
    60_000,
  );
});
