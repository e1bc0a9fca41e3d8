/**
 *     pnpm start                    a tour of what requests-ts does, against a server on this machine
 *     pnpm start <url> [method]     one request, and the answer
 */
import { send } from './send.ts';
import { tour } from './tour.ts';

const [url, method = 'GET', ...rest] = process.argv.slice(2).filter((argument) => argument !== '--');

if (rest.length > 0) {
  process.stderr.write('Usage: pnpm start [url [method]]\n');
  process.exitCode = 2;
} else if (url === undefined) {
  await tour();
} else {
  process.exitCode = await send(url, method);
}
