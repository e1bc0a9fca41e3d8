/**
 * Runs in every test file (`setupFiles` of vitest.config.ts), so that each of them is a security test, too.
 *
 * A file fails when it leaves a socket, server, pipe, process or timer behind, when a test changes `Object.prototype`, when the process warns
 * of a leak of listeners, and when a canary (see `createCanaries` of the testing package) is printed or warned of. Rejections that nobody
 * handles fail the run by themselves.
 */
import { format } from 'node:util';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';

/** What `process.getActiveResourcesInfo()` calls what must not be left; the pipe to vitest is there before, and is not counted. */
const HANDLES: ReadonlySet<string> = new Set([
  'TCPSocketWrap',
  'TCPServerWrap',
  'TLSWrap',
  'PipeWrap',
  'PipeServerWrap',
  'UDPWrap',
  'ProcessWrap',
  'FSEventWrap',
  'Timeout',
]);
const PATIENCE_MS = 5000;
const PAUSE_MS = 10;
/** A canary as it is, or the Base64 of its first word at each of the three places where it may stand. */
const CANARY = /canary(?=[a-z]+[0-9a-f]{12})|Y2FuYXJ5|NhbmFye|jYW5hcn/i;
/** Tests of the tools themselves: canaries get out in one, and adapters that leak are caught in the other. */
const ON_PURPOSE = /packages\/testing\/test\/(?:bench|mutants)\.test\.ts$/;
const PROTOTYPES: readonly object[] = [Object.prototype, Array.prototype, Function.prototype, String.prototype];

const problems: string[] = [];
const keys: readonly string[] = PROTOTYPES.map(listKeys);
let before: ReadonlyMap<string, number>;

function listKeys(prototype: object): string {
  return Reflect.ownKeys(prototype).map(String).sort().join();
}

function handles(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) {
    if (HANDLES.has(kind)) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return counts;
}

function left(): string[] {
  return [...handles()]
    .filter(([kind, count]) => count > (before.get(kind) ?? 0))
    .map(([kind, count]) => `${count - (before.get(kind) ?? 0)} ${kind}`);
}

function look(where: string, text: string): void {
  if (CANARY.test(text)) problems.push(`A canary was printed by ${where}, in "${expect.getState().currentTestName}"`);
}

process.on('warning', (warning) => {
  look('a warning', `${warning.name} ${warning.message} ${warning.stack}`);
  if (warning.name === 'MaxListenersExceededWarning') problems.push(`${warning.name}: ${warning.message}`);
});
for (const method of ['log', 'info', 'debug', 'warn', 'error'] as const) {
  const print = console[method];
  console[method] = (...values: unknown[]): void => {
    look(`console.${method}`, format(...values));
    print.apply(console, values);
  };
}

beforeAll(() => {
  before = handles();
});

afterEach(({ task }) => {
  PROTOTYPES.forEach((prototype, i) => {
    if (listKeys(prototype) !== keys[i]) problems.push(`A prototype of all objects was changed in "${task.name}"`);
  });
});

// Registered first, so it runs last.
afterAll(async () => {
  if (ON_PURPOSE.test(expect.getState().testPath ?? '')) return;
  // Closing takes the system a few turns; what is really left outlives them all.
  for (let waited = 0; waited < PATIENCE_MS && left().length > 0; waited += PAUSE_MS) {
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  const remaining = left();
  if (remaining.length > 0) problems.push(`Left behind: ${remaining.join(', ')}`);
  if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'));
});
