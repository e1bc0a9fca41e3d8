/** Watches what keeps the process alive. */
export interface HandleTracker {
  /** More of each kind than at the start: `{ TCPSocketWrap: 1 }`. */
  left(): Record<string, number>;
  /** Waits a moment for what is being closed. @throws Error naming what is left. */
  expectNone(): Promise<void>;
}

const TURNS = 200;

/** Remembers the sockets, servers and timers that are active now, to find those that a test leaves behind. What was unref'd does not count. */
export function trackHandles(): HandleTracker {
  const before = count();
  const left = (): Record<string, number> => {
    const more: Record<string, number> = {};
    for (const [kind, number] of count())
      if (number > (before.get(kind) ?? 0)) more[kind] = number - (before.get(kind) ?? 0);
    return more;
  };
  const expectNone = async (): Promise<void> => {
    // Closing takes the system a few turns; a handle that is really left outlives them all.
    for (let turn = 0; turn < TURNS && Object.keys(left()).length > 0; turn++)
      await new Promise((resolve) => setImmediate(resolve));
    const more = left();
    if (Object.keys(more).length > 0) throw new Error(`Left behind: ${JSON.stringify(more)}`);
  };
  return { left, expectNone };
}

function count(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // The turn that is running now.
  counts.delete('Immediate');
  return counts;
}
