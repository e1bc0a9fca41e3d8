import { createHook } from 'node:async_hooks';

/** Watches what keeps the process alive. */
export interface HandleTracker {
  /** How many of each kind were made since the start and are still active: `{ Timeout: 1, TCPWRAP: 2 }`. */
  left(): Record<string, number>;
  /** Waits a moment for what is being closed, then stops watching. @throws Error naming what is left. */
  expectNone(): Promise<void>;
}

interface Active {
  /** False, or nothing, for what was unref'd or closed. */
  hasRef?(): boolean | null;
}

const PATIENCE_MS = 1000;
const PAUSE_MS = 5;
/** Timers, sockets, servers, pipes; TLS sockets stand on a TCPWRAP. */
const KINDS = new Set(['Timeout', 'TCPWRAP', 'TCPSERVERWRAP', 'PIPEWRAP', 'PIPESERVERWRAP', 'UDPWRAP']);

/** Follows the sockets, servers and timers that are made from now on, to find those that a test leaves behind. What was unref'd does not count. */
export function trackHandles(): HandleTracker {
  const made = new Map<number, { readonly kind: string; readonly handle: WeakRef<Active> }>();
  const hook = createHook({
    init(id, kind, _trigger, resource) {
      if (KINDS.has(kind)) made.set(id, { kind, handle: new WeakRef(resource as Active) });
    },
    destroy(id) {
      made.delete(id);
    },
  }).enable();
  const own = new WeakSet<object>();
  const left = (): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { kind, handle } of made.values()) {
      const active = handle.deref();
      if (active && !own.has(active) && active.hasRef?.()) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    return counts;
  };
  const expectNone = async (): Promise<void> => {
    // Closing takes the system a few turns; a handle that is really left outlives them all.
    for (let waited = 0; waited < PATIENCE_MS && Object.keys(left()).length > 0; waited += PAUSE_MS) {
      await new Promise((resolve) => own.add(setTimeout(resolve, PAUSE_MS)));
    }
    hook.disable();
    const counts = left();
    if (Object.keys(counts).length > 0) throw new Error(`Left behind: ${JSON.stringify(counts)}`);
  };
  return { left, expectNone };
}
