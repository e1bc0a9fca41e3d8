import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onClientCores } from './cores.ts';
import { median } from './statistics.ts';

/** What a process pays before its first answer: medians, in milliseconds of processor time. */
export interface ColdStart {
  readonly name: string;
  /** To import the client, over an empty process. */
  readonly importMs: number;
  /** To import it and send one request. */
  readonly firstRequestMs: number;
}

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const REPORT =
  ';const {user,system}=process.cpuUsage();process.stdout.write(String((user+system)/1000));process.exit()';

/** By name: what to import, and one request to `url`. */
const PROGRAMS: ReadonlyMap<string, readonly [load: string, send: string]> = new Map([
  ['requests-ts', ["const c=await import('requests-ts')", ';await c.get(url)']],
  [
    '@requests-ts/core + http',
    [
      "const c=await import('@requests-ts/core'),h=await import('@requests-ts/http')",
      ";await new c.Session({adapters:{'http://':new h.HTTPAdapter()}}).get(url)",
    ],
  ],
  ['undici request()', ["const c=await import('undici')", ';await (await c.request(url)).body.text()']],
  ['fetch() of Node', ['', ';await (await fetch(url)).text()']],
  ['got', ["const c=await import('got')", ';await c.default(url)']],
  ['axios', ["const c=await import('axios')", ';await c.default.get(url)']],
  ['ky', ["const c=await import('ky')", ';await (await c.default(url)).text()']],
  ['node-fetch', ["const c=await import('node-fetch')", ';await (await c.default(url)).text()']],
]);

/** True when the packages are built: sources, whose types are stripped while they load, would not be worth measuring. */
export function isBuilt(): boolean {
  return ['core', 'http', 'cookie-jar', 'requests-ts'].every((name) =>
    existsSync(new URL(`../packages/${name}/dist/index.js`, import.meta.url)),
  );
}

/** Starts every program `rounds` times, in turns. */
export async function measureColdStarts(url: string, rounds: number): Promise<ColdStart[]> {
  const times = new Map<string, { bare: number[]; loaded: number[]; sent: number[] }>(
    Array.from(PROGRAMS.keys(), (name) => [name, { bare: [], loaded: [], sent: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    const bare = await cpuMs('');
    for (const [name, [load, send]] of PROGRAMS) {
      const time = times.get(name)!;
      time.bare.push(bare);
      time.loaded.push(await cpuMs(load));
      time.sent.push(await cpuMs(`const url=${JSON.stringify(url)};${load}${send}`));
    }
  }
  const over = (values: readonly number[], bare: readonly number[]): number =>
    median(values.map((value, round) => value - bare[round]!));
  return Array.from(times, ([name, { bare, loaded, sent }]) => ({
    name,
    importMs: over(loaded, bare),
    firstRequestMs: over(sent, bare),
  }));
}

async function cpuMs(program: string): Promise<number> {
  const args = ['--input-type=module', '-e', program + REPORT];
  const { stdout } = await run(...onClientCores(process.execPath, args), {
    cwd: here,
    env: { PATH: process.env.PATH },
  });
  return Number(stdout);
}
