import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BaseAdapter,
  type PreparedRequest,
  type Proxies,
  Request,
  Response,
  type SendOptions,
  Session,
  type Verify,
} from '@requests-ts/core';
import { createEnvironment, type EnvironmentOptions } from '@requests-ts/env';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { NO_PROXY_TABLE } from './no-proxy-table.ts';

interface Sent {
  readonly url: string;
  readonly proxies: Proxies | undefined;
  readonly verify: Verify | undefined;
  readonly authorization: string | undefined;
}

/** Answers what the URL's `to` parameter asks for: a redirect there, or 200. */
class Recorder extends BaseAdapter {
  readonly sent: Sent[] = [];

  async send(request: PreparedRequest, { proxies, verify }: SendOptions): Promise<Response> {
    const { url } = request;
    this.sent.push({
      url,
      proxies: proxies && { ...proxies },
      verify,
      authorization: request.headers.get('Authorization'),
    });
    const to = new URL(url).searchParams.get('to');
    return new Response({ request, statusCode: to ? 302 : 200, headers: to ? { Location: to } : {} });
  }
}

function open(options: EnvironmentOptions): { session: Session; sent: Sent[] } {
  const adapter = new Recorder();
  const session = new Session({
    environment: createEnvironment({ env: {}, ...options }),
    adapters: { 'http://': adapter, 'https://': adapter },
  });
  return { session, sent: adapter.sent };
}

function netrc(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'requests-ts-env-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'netrc'), text);
  return join(directory, 'netrc');
}

const basic = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`, 'latin1').toString('base64')}`;

describe('Session with proxies of the environment', () => {
  const env = { http_proxy: 'http://env:1', HTTPS_PROXY: 'http://env:2', no_proxy: 'inside.example' };

  it('B-PROXY-05 M187 uses them for get, request, and send of either kind of prepared request', async () => {
    const { session, sent } = open({ env });
    await session.get('http://c.example/');
    await session.request('POST', 'https://c.example/');
    await session.send(session.prepareRequest(new Request('GET', 'http://c.example/')));
    await session.send(new Request('GET', 'https://c.example/').prepare());
    expect(sent.map(({ proxies }) => proxies)).toEqual([
      { http: 'http://env:1' },
      { https: 'http://env:2' },
      { http: 'http://env:1' },
      { https: 'http://env:2' },
    ]);
  });

  it('B-PROXY-05 [H03] asks again for every hop', async () => {
    const { session, sent } = open({ env });
    await session.get('http://c.example/?to=https://c.example/%3Fto=http://inside.example/%253Fto=http://c.example/');
    expect(sent.map(({ url, proxies }) => [new URL(url).origin, proxies])).toEqual([
      ['http://c.example', { http: 'http://env:1' }],
      ['https://c.example', { https: 'http://env:2' }],
      ['http://inside.example', {}],
      ['http://c.example', { http: 'http://env:1' }],
    ]);
  });

  it('B-PROXY-02 B-PROXY-03 S1 prefers what the session and the request say, null included', async () => {
    const { session, sent } = open({ env });
    session.proxies = { http: 'http://session:1' };
    await session.get('http://c.example/');
    await session.get('http://c.example/', { proxies: { http: 'http://request:1' } });
    await session.get('http://c.example/', { proxies: { http: null } });
    expect(sent.map(({ proxies }) => proxies?.http)).toEqual(['http://session:1', 'http://request:1', null]);
  });

  it('B-PROXY-06 the list filters proxies of the environment only', async () => {
    const { session, sent } = open({ env });
    await session.get('http://inside.example/');
    await session.get('http://inside.example/', { proxies: { http: 'http://request:1' } });
    await session.get('http://c.example/', { proxies: { no_proxy: 'c.example' } });
    await session.get('http://inside.example/', { proxies: { no_proxy: 'c.example' } });
    expect(sent.map(({ proxies }) => proxies?.http)).toEqual([
      undefined,
      'http://request:1',
      undefined,
      'http://env:1',
    ]);
  });

  it.each(NO_PROXY_TABLE)(
    '%s [H01] with NO_PROXY %j a request to %s bypasses the proxy: %s',
    async (_rule, list, url, bypass) => {
      const proxy = 'http://env:1';
      const { session, sent } = open({
        env: { http_proxy: proxy, https_proxy: proxy, NO_PROXY: list },
        warn: () => {},
      });
      await session.get(url);
      expect(Object.values(sent[0]?.proxies ?? {})).toEqual(bypass ? [] : [proxy]);
    },
  );

  it('[H03] fails, and goes nowhere, when a variable is unusable', async () => {
    const { session, sent } = open({ env: { http_proxy: 'http://u:s3cret@p\nx' } });
    await expect(session.get('http://c.example/')).rejects.toMatchObject({
      code: 'ERR_INVALID_PROXY_URL',
      message: expect.not.stringContaining('s3cret'),
    });
    expect(sent).toEqual([]);
  });
});

describe('Session with a CA bundle of the environment', () => {
  it('B-TLS-05 takes it for the default', async () => {
    const { session, sent } = open({ env: { REQUESTS_CA_BUNDLE: '/ca.pem' } });
    await session.get('https://c.example/');
    await session.get('https://c.example/', { verify: true });
    await session.get('https://c.example/', { verify: false });
    await session.get('https://c.example/', { verify: '/mine.pem' });
    expect(sent.map(({ verify }) => verify)).toEqual(['/ca.pem', '/ca.pem', false, '/mine.pem']);
  });

  it('B-TLS-06 B-DIFF-38 [G07] leaves an explicit setting of the session alone', async () => {
    const { session, sent } = open({ env: { REQUESTS_CA_BUNDLE: '/ca.pem' } });
    session.verify = '/session.pem';
    await session.get('https://c.example/');
    session.verify = false;
    await session.get('https://c.example/');
    expect(sent.map(({ verify }) => verify)).toEqual(['/session.pem', false]);
  });
});

describe('Session with netrc', () => {
  const NETRC_TEXT = 'machine a.example login a password p\nmachine b.example login b\nmachine empty.example\n';

  it('B-NETRC-05 signs what the session prepares, and nothing that is prepared without one', async () => {
    const { session, sent } = open({ env: { NETRC: netrc(NETRC_TEXT) } });
    await session.get('http://a.example/');
    await session.send(new Request('GET', 'http://a.example/').prepare());
    expect(sent.map(({ authorization }) => authorization)).toEqual([basic('a', 'p'), undefined]);
  });

  it('B-AUTH-02 comes after auth of request and session, and before userinfo and a header', async () => {
    const { session, sent } = open({ env: { NETRC: netrc(NETRC_TEXT) } });
    await session.get('http://u:v@a.example/');
    await session.get('http://a.example/', { headers: { Authorization: 'Bearer x' } });
    await session.get('http://a.example/', { auth: ['r', 'q'] });
    await session.get('http://a.example/', { auth: false });
    session.auth = ['s', 't'];
    await session.get('http://a.example/');
    expect(sent.map(({ authorization }) => authorization)).toEqual([
      basic('a', 'p'),
      basic('a', 'p'),
      basic('r', 'q'),
      undefined,
      basic('s', 't'),
    ]);
  });

  it.each([
    ['no entry', 'http://c.example/', undefined],
    ['an entry without a password', 'http://b.example/', basic('b', '')],
    ['an entry without data', 'http://empty.example/', undefined],
    ['the entry of the same name', 'http://a.example/2', basic('a', 'p')],
    ['a name in front of another host', 'http://a.example:x@c.example/', undefined],
  ])('[A09 CVE-2014-1829 CVE-2024-11053] a redirect to %s', async (_what, to, expected) => {
    const { session, sent } = open({ env: { NETRC: netrc(NETRC_TEXT) } });
    await session.get(`http://a.example/?to=${encodeURIComponent(to)}`);
    expect(sent[0]?.authorization).toBe(basic('a', 'p'));
    expect(sent[1]?.authorization).toBe(expected);
  });

  it('[A09] default counts for each host anew', async () => {
    const { session, sent } = open({
      env: { NETRC: netrc('machine a.example login a password p\ndefault login d password q') },
    });
    await session.get('http://a.example/?to=http://c.example/');
    expect(sent.map(({ authorization }) => authorization)).toEqual([basic('a', 'p'), basic('d', 'q')]);
  });
});

describe('Session with trustEnv false', () => {
  it('[P02] [A09] [G07] reads nothing at all', async () => {
    const get = vi.fn();
    const stat = vi.fn();
    const readFile = vi.fn();
    const homedir = vi.fn(() => '/');
    const env = new Proxy({}, { get, has: get, getOwnPropertyDescriptor: get });
    const { session, sent } = open({ env, stat, readFile, homedir });
    session.trustEnv = false;
    await session.get('http://a.example/?to=https://b.example/');
    expect(sent).toEqual([
      { url: 'http://a.example/?to=https://b.example/', proxies: {}, verify: true, authorization: undefined },
      { url: 'https://b.example/', proxies: {}, verify: true, authorization: undefined },
    ]);
    for (const spy of [get, stat, readFile, homedir]) expect(spy).not.toHaveBeenCalled();
    session.trustEnv = true;
    await session.get('http://a.example/');
    for (const spy of [get, stat, homedir]) expect(spy).toHaveBeenCalled();
  });
});
