import { formatNumber } from './chart.ts';
import type { ColdStart } from './cold-start.ts';
import type { Growth } from './growth.ts';
import type { Result } from './measure.ts';
import type { MemoryRow } from './memory.ts';
import { BASELINE, CLIENTS } from './scenarios.ts';
import { formatTable } from './table.ts';

/** Everything of a full run. */
export interface Report {
  readonly date: string;
  readonly rounds: number;
  readonly machine: readonly string[];
  readonly results: readonly Result[];
  readonly coldStarts: readonly ColdStart[];
  readonly memory: readonly MemoryRow[];
  readonly growth: readonly Growth[];
}

/** The table of one scenario, the cheapest client first. */
export function scenarioTable({ costs }: Result): string {
  return formatTable([
    ['client', 'CPU µs', `x ${CLIENTS.get(BASELINE)}`, 'requests/s'],
    ...[...costs]
      .sort((a, b) => a.cpuMicros - b.cpuMicros)
      .map(({ client, cpuMicros, ratio, perSecond }) => [
        CLIENTS.get(client)!,
        formatNumber(cpuMicros),
        ratio === undefined ? '' : ratio.toFixed(2),
        formatNumber(perSecond),
      ]),
  ]);
}

export function coldStartTable(coldStarts: readonly ColdStart[]): string {
  return formatTable([
    ['client', 'import, CPU ms', 'import and first GET, CPU ms'],
    ...[...coldStarts]
      .sort((a, b) => a.firstRequestMs - b.firstRequestMs)
      .map(({ name, importMs, firstRequestMs }) => [name, formatNumber(importMs), formatNumber(firstRequestMs)]),
  ]);
}

export function memoryTable(rows: readonly MemoryRow[]): string {
  return formatTable([
    ['client', 'idle connection, kB', 'waiting request with its connection, kB'],
    ...[...rows]
      .sort((a, b) => a.waitingRequestBytes - b.waitingRequestBytes)
      .map(({ client, idleConnectionBytes, waitingRequestBytes }) => [
        CLIENTS.get(client)!,
        formatNumber(idleConnectionBytes / 1000),
        formatNumber(waitingRequestBytes / 1000),
      ]),
  ]);
}

export function growthTable(curves: readonly Growth[]): string {
  return formatTable([
    ['what grows', 'CPU µs of one request'],
    ...curves.map(({ title, points }) => [
      title,
      points.map(({ size, cpuMicros }) => `${size}: ${formatNumber(cpuMicros)}`).join(', '),
    ]),
  ]);
}

/** docs/generated/performance.md, which docs/performance.md includes. */
export function formatReport({ date, rounds, machine, results, coldStarts, memory, growth }: Report): string {
  const sections = results.map((result) => `### ${result.scenario.title}\n\n${scenarioTable(result)}`);
  sections.push(
    `### Memory\n\nHeap and buffers of the process, after garbage collection.\n\n${memoryTable(memory)}`,
    `### How cost grows\n\n![Cost of a request by what grows](growth.svg)\n\nOf requests-ts alone; each figure is the least of several rounds, so they are lower than the medians above.\n\n${growthTable(growth)}`,
  );
  if (coldStarts.length > 0) {
    sections.push(
      `### Cold start\n\nOver an empty Node process, built packages. The first request of requests-ts loads undici's client.\n\n${coldStartTable(coldStarts)}`,
    );
  }
  return `<!-- Written by: pnpm bench -->

![CPU time of one GET by client](performance.svg)

Measured on ${date} with \`pnpm bench\`:

${machine.map((line) => `* ${line}`).join('\n')}

Every client runs in a process of its own, against the same server on the loopback interface, in turns: ${rounds} rounds of slices, the median
of each column. **CPU µs** is the processor time of the client's process per request (user and system, garbage collection and compilers
included): the figure to trust, since the clock (requests/s) also counts the server and everything else on the machine. The ratio is the median
over the rounds to undici's \`request()\` with \`body.text()\` and \`JSON.parse\`, in the same round.

* Clients keep as many connections as there are requests under way: undici, got, axios, ky and node-fetch by default, requests-ts and Python
  Requests with \`poolMaxsize: 50\` (both keep 10 by default).
* Clients that have no jar, no auth or no parameters of their own are given the finished text. undici's \`request()\`, \`dispatch()\` and
  node:http decode nothing, follow nothing (\`request()\` does with an interceptor) and merge nothing: where they take part, the work is done
  by hand.
* Python Requests runs its 50 requests in 50 threads of one process.

${sections.join('\n\n')}
`;
}
