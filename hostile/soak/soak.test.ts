import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { kinds } from './kinds/index.ts';
import type { SoakResult } from './soak.ts';

const RUN = fileURLToPath(new URL('run.ts', import.meta.url));
/** As many requests as there is time for, so that a loaded machine sends fewer and is done as soon. */
const LENGTH = ['--requests', '20000', '--seconds', '10', '--checkpoints', '80'];
/**
 * Slopes are for the long run: over a few thousand requests, code that is compiled and caches that fill are some hundred bytes per request. What
 * cannot be noise are responses that are alive between requests, one or none being normal, and megabytes: from pause to pause the heap moves by less
 * than one, and 8 are two thousand forgotten responses.
 */
const BOUNDS = ['--slope', 'Infinity', '--resident', 'Infinity', '--growth', String(8 * 2 ** 20)];

describe('soak', () => {
  it('[F10] [F11] leaves nothing behind of requests of every kind, each of which ends as its kind must', async () => {
    const child = spawn(process.execPath, [...process.execArgv, '--expose-gc', RUN, ...LENGTH, ...BOUNDS]);
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    const complaints = err
      .split('\n')
      .filter((line) => line !== '' && !/^\(node:\d+\) \w+Warning|^\(Use `node/.test(line));
    expect([complaints, code]).toEqual([[], 0]);
    const result = JSON.parse(out.trimEnd().split('\n').at(-1)!) as SoakResult;
    expect(result).toMatchObject({ mismatches: 0, unhandled: [], left: [] });
    expect(Object.keys(result.counts).length).toBeGreaterThan(kinds.length / 2);
    expect(result.requests).toBeGreaterThanOrEqual(1000);
  }, 300_000);
});
