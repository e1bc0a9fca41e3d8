/**
 * Runs blocks of the documentation, one after the other in one process: `node page-runner.ts <server> <block>...`.
 *
 * A line `console.log(value); // text` of a page promises what it prints; `readmeBlocks` have made `said('text', value)` of it, which checks that.
 */
import { pathToFileURL } from 'node:url';
import { formatWithOptions } from 'node:util';
import { placeholder } from './readme-blocks.ts';

declare global {
  function said(expected: string, ...values: unknown[]): void;
}

const [, , server = '', ...files] = process.argv;
let file = '';

globalThis.said = (expected, ...values) => {
  const printed = formatWithOptions({ breakLength: Number.POSITIVE_INFINITY, compact: 10 }, ...values);
  const text = printed.replaceAll(server, placeholder).replaceAll(/\s*\n\s*/g, ' ');
  if (text !== expected.replaceAll(server, placeholder))
    throw new Error(`printed ${JSON.stringify(text)}, the page says ${JSON.stringify(expected)}`);
};
console.log = () => {};

process.on('uncaughtException', fail);

function fail(error: unknown): void {
  console.error(`${file}: ${error instanceof Error ? error.stack : error}`);
  process.exitCode = 1;
}

const listeners = process.listeners('warning');
for (file of files) {
  await import(pathToFileURL(file).href).catch(fail);
  // A block may listen to warnings, but not keep them from the next one.
  process.removeAllListeners('warning');
  for (const listener of listeners) process.on('warning', listener);
}
