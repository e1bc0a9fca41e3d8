/**
 * Measures requests-ts beside other clients, on this machine.
 *
 *     pnpm bench                 everything, some seven minutes; writes docs/generated/performance.md and its charts
 *     pnpm bench --quick         two ratios, less than a minute
 *     pnpm bench get tls         only these scenarios; writes nothing
 */
import { writeFile } from 'node:fs/promises';
import { barChart, growthChart } from './chart.ts';
import { isBuilt, measureColdStarts } from './cold-start.ts';
import { measureGrowth } from './growth.ts';
import { describeMachine, pythonVersion } from './machine.ts';
import { measure, type Result } from './measure.ts';
import { measureMemory } from './memory.ts';
import { coldStartTable, formatReport, growthTable, memoryTable, scenarioTable } from './report.ts';
import { BASELINE, CLIENTS, QUICK, QUICK_CLIENTS, SCENARIOS } from './scenarios.ts';
import { startServer } from './server/server.ts';
import { WorkerProcess } from './worker-process.ts';

const ROUNDS = 15;
const COLD_START_ROUNDS = 11;
const MEMORY_ROUNDS = 5;
const docs = new URL('../docs/generated/', import.meta.url);

await using resources = new AsyncDisposableStack();
const server = resources.use(await startServer());
const wanted = process.argv.slice(2);
const quick = wanted.includes('--quick');
const named = quick ? QUICK : wanted.length > 0 ? wanted : SCENARIOS.map(({ id }) => id);
const unknown = named.filter((id) => !SCENARIOS.some((scenario) => scenario.id === id));
if (unknown.length > 0) {
  console.error(`No such scenario: ${unknown.join(', ')}. There are: ${SCENARIOS.map(({ id }) => id).join(', ')}.`);
  process.exitCode = 2;
} else {
  const results = await runScenarios();
  if (quick) printRatios(results);
  else if (wanted.length === 0) await writeReport(results);
}

async function runScenarios(): Promise<Result[]> {
  const scenarios = SCENARIOS.filter(({ id }) => named.includes(id));
  const python = quick ? null : pythonVersion();
  if (!quick && python === null) console.log('Python Requests is not installed here: left out.');
  const names = quick ? QUICK_CLIENTS : [...CLIENTS.keys()].filter((name) => name !== 'python' || python !== null);
  const workers: WorkerProcess[] = [];
  for (const name of names) workers.push(resources.use(await WorkerProcess.start(name, server.setup)));
  const results: Result[] = [];
  for (const scenario of scenarios) {
    const result = await measure(scenario, workers, server, ROUNDS);
    results.push(result);
    if (!quick) console.log(`\n${scenario.title}\n\n${scenarioTable(result)}`);
  }
  return results;
}

function printRatios(results: readonly Result[]): void {
  const [plain, session] = results.map(({ costs }) => costs.find(({ client }) => client !== BASELINE)!);
  const bare = results[0]!.costs.find(({ client }) => client === BASELINE)!.cpuMicros;
  console.log(`server: ${server.name}`);
  console.log(
    `GET, 50 at a time:   ${plain!.ratio!.toFixed(2)} x undici request() (${plain!.cpuMicros.toFixed(1)} µs)`,
  );
  console.log(
    `session features:    ${session!.ratio!.toFixed(2)} x undici request() with the same headers by hand (${session!.cpuMicros.toFixed(1)} µs), ` +
      `${(session!.cpuMicros / bare).toFixed(2)} x without them`,
  );
}

async function writeReport(results: readonly Result[]): Promise<void> {
  const machine = describeMachine(server.name);
  const built = isBuilt();
  if (!built) console.log('\nThe packages are not built (pnpm build): no cold starts.');
  const coldStarts = built ? await measureColdStarts(`${server.http}/json`, COLD_START_ROUNDS) : [];
  if (built) console.log(`\nCold start\n\n${coldStartTable(coldStarts)}`);
  const names = results[0]!.costs.map(({ client }) => client).filter((name) => name !== 'python');
  const memory = await measureMemory(names, server, MEMORY_ROUNDS);
  console.log(`\nMemory\n\n${memoryTable(memory)}`);
  const growth = await measureGrowth(server);
  console.log(`\nHow cost grows\n\n${growthTable(growth)}`);
  const date = new Date().toISOString().slice(0, 10);
  await writeFile(
    new URL('performance.md', docs),
    formatReport({ date, rounds: ROUNDS, machine, results, coldStarts, memory, growth }),
  );
  const [{ scenario, costs }] = results as [Result];
  const bars = costs.map(({ client, cpuMicros }) => ({
    label: CLIENTS.get(client)!,
    value: cpuMicros,
    ours: client === 'requests-ts',
  }));
  await writeFile(new URL('performance.svg', docs), barChart(scenario.title, 'CPU µs per request', bars));
  await writeFile(new URL('growth.svg', docs), growthChart('How the cost of a request grows', 'CPU µs', growth));
  console.log('\nWrote docs/generated/performance.md, performance.svg and growth.svg.');
}
