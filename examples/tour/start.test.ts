import { createServer, type Server } from 'node:net';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { type Httpbin, listen, startHttpbin } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFile } from '../test/runtime.ts';
import { stops } from './stops.ts';

const script = fileURLToPath(new URL('start.ts', import.meta.url));

const start = (args: readonly string[], env?: Record<string, string>) => runFile(script, args, env);

describe('start', () => {
  let server: Httpbin;
  let secure: Httpbin;

  beforeAll(async () => {
    [server, secure] = await Promise.all([startHttpbin(), startHttpbin({ tls: true })]);
  });

  afterAll(() => Promise.all([server.close(), secure.close()]));

  it('takes the reader through every stop and exits', async () => {
    const { code, stdout, stderr } = await start([]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const titles = stops.map(({ title }, index) => `${index + 1}. ${title}`);
    expect(stdout.match(/^\d+\. .*$/gm)).toEqual(titles);
    // Code is indented by two, what it printed by four.
    const answers = stdout.split(/^\d+\. .*$/m).slice(1);
    for (const answer of answers) expect(answer).toMatch(/^ {2}\S.*(?:\n {2}.*)*\n {4}\S/m);
    expect(stdout).toContain('    404 Client Error: Not Found for url: ');
    expect(stdout).toContain('    You asked for /hello');
  });

  it('is plain where nobody watches, and coloured when asked', async () => {
    const plain = await start([server.url]);
    expect(stripVTControlCharacters(plain.stdout)).toBe(plain.stdout);
    const coloured = await start([server.url], { FORCE_COLOR: '1' });
    expect(stripVTControlCharacters(coloured.stdout)).not.toBe(coloured.stdout);
    const refused = await start([server.url], { NO_COLOR: '1' });
    expect(stripVTControlCharacters(refused.stdout)).toBe(refused.stdout);
  });

  it('sends a request and prints status, headers, timing and indented JSON', async () => {
    const { code, stdout, stderr } = await start([`${server.url}/anything`, 'delete']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^HTTP\/1\.1 200 OK$/m);
    expect(stdout).toMatch(/^content-type: application\/json/im);
    expect(stdout).toMatch(/^\d+\.\d{3} s to the head, \d+\.\d{3} s in all, \d+ bytes$/m);
    expect(stdout).toMatch(/^ {2}"method": "DELETE",?$/m);
  });

  it('prints the way through redirects, and any status is an answer', async () => {
    const moved = await start([`${server.url}/redirect/1`]);
    expect(moved.stdout).toMatch(new RegExp(`^302 FOUND ${server.url}/redirect/1\nHTTP/1\\.1 200 OK`, 'i'));
    const missing = await start([`${server.url}/status/503`]);
    expect(missing.code).toBe(0);
    expect(missing.stdout).toMatch(/^HTTP\/1\.1 503 /);
  });

  it('counts what is no text', async () => {
    const { stdout } = await start([`${server.url}/image/png`]);
    expect(stdout).toMatch(/\n\(\d+ bytes of image\/png\)\n$/);
  });

  describe('says what is wrong and exits with 1', () => {
    let gone: string;

    beforeAll(async () => {
      const closed: Server = createServer();
      const listener = await listen(closed);
      gone = `http://127.0.0.1:${listener.port}/`;
      await listener.close();
    });

    const failures: readonly (readonly [what: string, url: () => string, message: RegExp])[] = [
      [
        'an unknown host',
        () => 'http://no-such-host.invalid/',
        /^ConnectionError: .*no-such-host\.invalid.*\nIs the name/,
      ],
      ['a refused connection', () => gone, /^ConnectionError: .*ECONNREFUSED.*\nIs the name/],
      ['a bad certificate', () => `${secure.url}/get`, /^SSLError: .*\nThe server does not prove/],
      ['no scheme', () => 'example.com', /^MissingSchema: .*\nWrite the scheme/],
      ['no host', () => 'http://', /^InvalidURL: .*\nA URL looks like/],
      ['a foreign scheme', () => 'ftp://example.com/', /^InvalidSchema: .*\nOnly http/],
    ];

    it.each(failures)('%s', async (_what, url, message) => {
      const { code, stdout, stderr } = await start([url()]);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toMatch(message);
    });
  });

  it('explains itself to somebody who says too much', async () => {
    const { code, stderr } = await start([server.url, 'GET', 'now']);
    expect(code).toBe(2);
    expect(stderr).toBe('Usage: pnpm start [url [method]]\n');
  });
});
