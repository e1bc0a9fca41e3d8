/**
 * Installs the packages as a user would, from tarballs with npm into an empty project, and uses them there.
 *
 *     node scripts/install-test.ts
 *
 * On each supported Node: the import of core, a request over a real socket, `require` from CommonJS. And the types, as
 * a project with `skipLibCheck: false` sees them.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { output } from './command.ts';
import { root, tool } from './repository.ts';
import { packAll, withTemporaryFolder } from './tarballs.ts';

/** The floor of `engines`, then the lines after it. */
const nodes = ['22.19.0', '24', '26'];

const files = {
  'core.mjs': `
    import { Session, codes } from '@requests-ts/core';
    if (typeof Session !== 'function' || codes.ok !== 200) throw new Error('core is not what it says');
  `,
  'request.mjs': `
    import { createServer } from 'node:http';
    import { once } from 'node:events';
    import requests, { HTTPError, get } from 'requests-ts';
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/missing' ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ url: request.url }));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const url = 'http://127.0.0.1:' + server.address().port;
    const answer = await requests.get(url + '/get', { params: { q: 'a b' } });
    if (answer.statusCode !== 200 || answer.json().url !== '/get?q=a+b') throw new Error(answer.text);
    const missing = await get(url + '/missing');
    try {
      missing.raiseForStatus();
      throw new Error('raiseForStatus() let a 404 pass');
    } catch (error) {
      if (!(error instanceof HTTPError)) throw error;
    }
    server.close();
    server.closeAllConnections();
  `,
  'require.cjs': `
    const requests = require('requests-ts');
    if (typeof requests.get !== 'function') throw new Error('require() does not give the functions');
    if (typeof require('@requests-ts/core').Session !== 'function') throw new Error('require() does not give core');
  `,
  'types.ts': `
    import requests, { Session, type RequestOptions, type Response } from 'requests-ts';
    const options: RequestOptions = { params: { q: 1 }, timeout: [3.05, 27] };
    export const answer: Promise<Response> = requests.get('http://localhost/', options);
    export const session: Session = new Session();
  `,
  'tsconfig.json': JSON.stringify({
    compilerOptions: { target: 'es2024', module: 'nodenext', strict: true, noEmit: true, types: ['node'] },
    files: ['types.ts'],
  }),
};

/** The path of a Node of that version, from the npm package that holds just the binary; kept between runs. */
async function nodeBinary(version: string): Promise<string> {
  if (version === process.versions.node.split('.')[0]) return process.execPath;
  const folder = join(root, 'node_modules/.cache/nodes', version);
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const binary = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(binary)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    await output('npm', ['install', '--no-audit', '--no-fund', '--no-save', `${name}@${version}`], { cwd: folder });
  }
  return binary;
}

await withTemporaryFolder('install-', async (folder) => {
  const tarballs = await packAll(join(folder, 'tarballs'));
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const install = ['install', '--no-audit', '--no-fund', '--prefer-offline', '--ignore-scripts'];
  await output('npm', [...install, ...tarballs.map(({ path }) => path), '@types/node@22'], { cwd: project });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);

  const problems: string[] = [];
  const attempt = (file: string, args: readonly string[]) =>
    output(file, args, { cwd: project }).catch((error: Error) => problems.push(error.message));
  for (const version of nodes) {
    const node = await nodeBinary(version);
    for (const name of ['core.mjs', 'request.mjs', 'require.cjs']) await attempt(node, [name]);
  }
  await attempt(tool('tsc'), ['-p', 'tsconfig.json']);
  for (const problem of problems) console.error(problem.trim());
  process.exitCode = problems.length > 0 ? 1 : 0;
});
