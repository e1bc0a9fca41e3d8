/**
 * Loading undici replaces the dispatcher that the built-in `fetch` uses, proxies of the environment included. What was there is kept here,
 * and put back once undici is loaded: using this package changes nothing of the process.
 */
const NAMES: readonly symbol[] = [Symbol.for('undici.globalDispatcher.1'), Symbol.for('undici.globalDispatcher.2')];

type Globals = Record<symbol, unknown>;

// Evaluated right before undici, in the same turn, since `whole-undici.ts` imports this file first; scripts/bundle.ts keeps it a file of its own for that.
const before: readonly unknown[] = NAMES.map((name) => (globalThis as unknown as Globals)[name]);

/** Returns what was loaded, with the globals as they were before it. */
export function withoutItsGlobals<T>(loaded: T): T {
  const globals = globalThis as unknown as Globals;
  for (const [at, name] of NAMES.entries()) if (globals[name] !== before[at]) globals[name] = before[at];
  return loaded;
}
