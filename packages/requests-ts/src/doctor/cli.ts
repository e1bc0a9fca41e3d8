#!/usr/bin/env node
/** `npx requests-ts doctor [url]` (Requests: `python -m requests.help`). */
import { redactUrl } from '@requests-ts/core/authors';
import { probe } from './probe.ts';
import { lines, probeLines } from './report.ts';
import { surroundings } from './surroundings.ts';

const USAGE = `requests-ts doctor [url]

  Shows what takes part in a request on this machine: versions, TLS, and what the environment says. With a URL it also sends one GET there and
  times its phases. No password, token or query is shown, so the text can go into a bug report as it is.
`;

const [command, url, ...rest] = process.argv.slice(2);

if (command !== 'doctor' || rest.length > 0 || url?.startsWith('-')) {
  const asked = command === '--help' || command === 'help' || url === '--help';
  process[asked ? 'stdout' : 'stderr'].write(USAGE);
  process.exitCode = asked ? 0 : 2;
} else {
  process.stdout.write(lines(surroundings(process.env)));
  if (url !== undefined) {
    const target = /^[A-Za-z][A-Za-z0-9+.-]*:\/\//.test(url) ? url : `https://${url}`;
    process.stdout.write(`\nGET ${redactUrl(target)}\n`);
    const result = await probe(target);
    process.stdout.write(probeLines(result));
    if (result.error !== undefined) process.exitCode = 1;
  }
}
