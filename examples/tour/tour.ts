import { readFileSync } from 'node:fs';
import { startHttpbin } from '@requests-ts/testing';
import { colour, console } from './paper.ts';
import { stops } from './stops.ts';

/** The lines of each stop's `run`, as they stand in stops.ts, without its indentation. */
function sources(): string[] {
  const text = readFileSync(new URL('stops.ts', import.meta.url), 'utf8');
  const bodies = text.matchAll(/^ {4}run: async \([^\n]*\) => \{\n(.*?)^ {4}\},$/gms);
  return Array.from(bodies, ([, body = '']) => body.trimEnd().replace(/^ {6}/gm, ''));
}

function print(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Walks through the stops against a server of its own. */
export async function tour(): Promise<void> {
  const codes = sources();
  if (codes.length !== stops.length) throw new Error(`stops.ts has ${stops.length} stops and ${codes.length} sources`);
  const server = await startHttpbin();
  try {
    print(colour('bold', 'requests-ts: HTTP for humans, in TypeScript'));
    print(`Each stop shows the code that runs, then what it printed. url is ${server.url},`);
    print('a server with the endpoints of httpbin.org that this program has just started.');
    for (const [index, { title, run }] of stops.entries()) {
      print(`\n${colour('bold', `${index + 1}. ${title}`)}`);
      for (const line of codes[index]?.split('\n') ?? []) print(`  ${colour('cyan', line)}`);
      console.group();
      await run(server.url);
      console.groupEnd();
    }
    print(`\n${colour('bold', 'Now your own:')} pnpm start https://example.com`);
  } finally {
    await server.close();
  }
}
