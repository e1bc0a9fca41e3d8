import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

describe('Object.prototype', () => {
  // Two seconds of work in a process of its own; a machine that does ten other things gets the time it needs.
  it('[J01] changes no request and no result, whatever somebody put there', { timeout: 90_000 }, async () => {
    const child = fileURLToPath(new URL('pollution-child.ts', import.meta.url));
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=@requests-ts/source', child]);
    expect([JSON.parse(stdout), stderr]).toEqual([[], '']);
  });
});
