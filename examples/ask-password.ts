// Ask for a password instead of writing it into a file; what is typed is not shown.
import { stdin, stdout } from 'node:process';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

async function askPassword(question: string): Promise<string> {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: stdin, output: nowhere, terminal: stdin.isTTY });
  stdout.write(question);
  const password = await terminal.question('');
  terminal.close();
  stdout.write('\n');
  return password;
}

const response = await requests.get(`${base}/basic-auth/ada/engine`, {
  auth: ['ada', await askPassword('Password: ')],
});
console.log(response.statusCode);
