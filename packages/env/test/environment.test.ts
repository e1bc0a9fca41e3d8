import { mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { InvalidProxyURL, RequestException } from '@requests-ts/core';
import { prepareUrl } from '@requests-ts/core/authors';
import { createEnvironment, type Env, getEnvironProxies, getNetrcAuth, shouldBypassProxies } from '@requests-ts/env';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';

const url = prepareUrl;

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'requests-ts-env-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

const proxiesOf = (env: Env, of = 'http://c.example/', platform = 'linux') =>
  createEnvironment({ env, platform }).getProxies(url(of));

describe('createEnvironment', () => {
  it('reads nothing but known options', () => {
    expect(() => createEnvironment({ environ: {} } as never)).toThrow(TypeError);
  });

  it('prints no secret', () => {
    const environment = createEnvironment({ env: { http_proxy: 'http://u:s3cret@p.example' } });
    environment.getProxies(url('http://c.example/'));
    expect(inspect(environment, { depth: 9, showHidden: true }) + JSON.stringify(environment)).not.toContain('s3cret');
  });
});

describe('Environment.getProxies', () => {
  it('B-PROXY-04 M187 reads the proxy of the scheme, and all_proxy as "all"', () => {
    const env = { http_proxy: 'http://a:1', HTTPS_PROXY: 'http://b:2', ALL_PROXY: 'socks5://c:3' };
    expect(proxiesOf(env)).toEqual({ http: 'http://a:1', all: 'socks5://c:3' });
    expect(proxiesOf(env, 'https://c.example/')).toEqual({ https: 'http://b:2', all: 'socks5://c:3' });
    expect(proxiesOf({})).toEqual({});
  });

  it.each([
    ['lower case', { http_proxy: 'http://low:1' }, { http: 'http://low:1' }],
    ['upper case', { HTTP_PROXY: 'http://up:1' }, { http: 'http://up:1' }],
    ['lower case over upper', { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1' }, { http: 'http://low:1' }],
    ['an empty lower case cancels upper', { http_proxy: '', HTTP_PROXY: 'http://up:1' }, {}],
    ['an empty all_proxy cancels ALL_PROXY', { all_proxy: '', ALL_PROXY: 'http://up:1' }, {}],
    ['an empty upper case', { HTTP_PROXY: '' }, {}],
    ['a variable that is undefined', { http_proxy: undefined, HTTP_PROXY: 'http://up:1' }, { http: 'http://up:1' }],
  ])('B-PROXY-04 %s', (_what, env, expected) => {
    expect(proxiesOf(env)).toEqual(expected);
  });

  it.each([
    ['ignores HTTP_PROXY', { REQUEST_METHOD: 'GET', HTTP_PROXY: 'http://evil:1' }, 'linux', {}],
    [
      'ignores HTTP_PROXY beside an empty REQUEST_METHOD',
      { REQUEST_METHOD: '', HTTP_PROXY: 'http://evil:1' },
      'linux',
      {},
    ],
    [
      'keeps http_proxy',
      { REQUEST_METHOD: 'GET', http_proxy: 'http://a:1', HTTP_PROXY: 'http://evil:1' },
      'linux',
      { http: 'http://a:1' },
    ],
    ['keeps ALL_PROXY', { REQUEST_METHOD: 'GET', ALL_PROXY: 'http://a:1' }, 'linux', { all: 'http://a:1' }],
    [
      'ignores http_proxy on Windows, where it is HTTP_PROXY',
      { REQUEST_METHOD: 'GET', http_proxy: 'http://evil:1', HTTP_PROXY: 'http://evil:1' },
      'win32',
      {},
    ],
    ['keeps http_proxy on Windows outside of CGI', { http_proxy: 'http://a:1' }, 'win32', { http: 'http://a:1' }],
  ])('[H02 CVE-2016-5385] under CGI %s', (_what, env, platform, expected) => {
    expect(proxiesOf(env, 'http://c.example/', platform)).toEqual(expected);
  });

  it('[H02] under CGI keeps HTTPS_PROXY', () => {
    const env = { REQUEST_METHOD: 'GET', HTTPS_PROXY: 'http://a:1', HTTP_PROXY: 'http://evil:1' };
    expect(proxiesOf(env, 'https://c.example/')).toEqual({ https: 'http://a:1' });
  });

  it('B-PROXY-06 S3 gives none when the list covers the URL: the given list, else no_proxy, else NO_PROXY', () => {
    const environment = createEnvironment({
      env: { http_proxy: 'http://a:1', no_proxy: 'low.example', NO_PROXY: 'up.example' },
    });
    expect(environment.getProxies(url('http://low.example/'))).toEqual({});
    expect(environment.getProxies(url('http://up.example/'))).toEqual({ http: 'http://a:1' });
    expect(environment.getProxies(url('http://low.example/'), 'given.example')).toEqual({ http: 'http://a:1' });
    expect(environment.getProxies(url('http://given.example/'), 'given.example')).toEqual({});
    expect(environment.getProxies(url('http://low.example/'), '')).toEqual({ http: 'http://a:1' });
    expect(environment.getProxies(url('http://low.example/'), null)).toEqual({});
  });

  it('B-PROXY-06 takes NO_PROXY when no_proxy is empty', () => {
    expect(proxiesOf({ http_proxy: 'http://a:1', no_proxy: '', NO_PROXY: 'c.example' })).toEqual({});
  });

  it('[H03 CVE-2026-8927] sees a change of the environment at once', () => {
    const env: Record<string, string | undefined> = { http_proxy: 'http://a:1', no_proxy: 'x.example' };
    const environment = createEnvironment({ env });
    expect(environment.getProxies(url('http://c.example/'))).toEqual({ http: 'http://a:1' });
    env.http_proxy = 'http://b:1';
    expect(environment.getProxies(url('http://c.example/'))).toEqual({ http: 'http://b:1' });
    env.no_proxy = 'c.example';
    expect(environment.getProxies(url('http://c.example/'))).toEqual({});
    delete env.http_proxy;
    delete env.no_proxy;
    expect(environment.getProxies(url('http://c.example/'))).toEqual({});
  });

  it('[H01] warns once about an entry that means nothing', () => {
    const warn = vi.fn();
    const environment = createEnvironment({
      env: { http_proxy: 'http://a:1', NO_PROXY: '*.c.example,10.0.0.0/99' },
      warn,
    });
    environment.getProxies(url('http://c.example/'));
    environment.getProxies(url('http://d.example/'));
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^The NO_PROXY entry '\*\.c\.example' is ignored: wildcards /), 'NoProxyWarning'],
      [expect.stringMatching(/^The NO_PROXY entry '10\.0\.0\.0\/99' is ignored: /), 'NoProxyWarning'],
    ]);
  });

  it.each([
    ['http_proxy', 'http://u:s3cret@p.example\r\n'],
    ['HTTP_PROXY', 'http://u:s3cret@p\0.example'],
    ['all_proxy', `http://${'s3cret'.repeat(200_000)}`],
    ['ALL_PROXY', 'http://u:s3cret\ufffd@p.example'],
  ])('[P02] refuses %s with unusable text, naming the variable and not its value', (name, value) => {
    const act = () => proxiesOf({ [name]: value });
    expect(act).toThrow(InvalidProxyURL);
    expect(act).toThrow(name);
    expect(act).not.toThrow(/s3cret/);
  });

  it.each(['no_proxy', 'NO_PROXY'])('[P02] refuses %s with unusable text', (name) => {
    const act = () => proxiesOf({ http_proxy: 'http://a:1', [name]: 's3cret.example\nb.example' });
    expect(act).toThrow(RequestException);
    expect(act).toThrow(`variable ${name} `);
    expect(act).not.toThrow(/s3cret/);
  });

  it('[J01] takes nothing from Object.prototype', () => {
    const names = [
      'http_proxy',
      'HTTP_PROXY',
      'all_proxy',
      'no_proxy',
      'REQUEST_METHOD',
      'NETRC',
      'HOME',
      'REQUESTS_CA_BUNDLE',
      'env',
      'stat',
      'platform',
      'warn',
    ];
    for (const name of names) Object.defineProperty(Object.prototype, name, { value: 'canary', configurable: true });
    try {
      const environment = createEnvironment({ env: { HTTP_PROXY: 'http://a:1' }, homedir: () => '/nowhere' });
      expect(environment.getProxies(url('http://canary/'))).toEqual({ http: 'http://a:1' });
      expect(environment.getCaBundle()).toBeUndefined();
      expect(environment.getAuth(url('http://c.example/'))).toBeNull();
    } finally {
      for (const name of names) delete (Object.prototype as Record<string, unknown>)[name];
    }
  });

  it('costs a handful of property reads', () => {
    const read = vi.fn();
    const env = new Proxy({}, { get: (_target, name) => void read(name) });
    expect(proxiesOf(env)).toEqual({});
    expect(read.mock.calls.flat()).toEqual(['http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY']);
  });
});

describe('Environment.getCaBundle', () => {
  it.each([
    [{ REQUESTS_CA_BUNDLE: '/r.pem', CURL_CA_BUNDLE: '/c.pem', SSL_CERT_FILE: '/s.pem' }, '/r.pem'],
    [{ REQUESTS_CA_BUNDLE: '', CURL_CA_BUNDLE: '/c.pem', SSL_CERT_FILE: '/s.pem' }, '/c.pem'],
    [{ SSL_CERT_FILE: '/s.pem' }, '/s.pem'],
    [{ CURL_CA_BUNDLE: '' }, undefined],
    [{}, undefined],
  ])('B-TLS-05 M122 S2 takes the first that is not empty: %j', (env, expected) => {
    expect(createEnvironment({ env }).getCaBundle()).toBe(expected);
  });

  it('[P02] refuses unusable text, naming the variable', () => {
    const act = () => createEnvironment({ env: { CURL_CA_BUNDLE: '/s3cret\0.pem' } }).getCaBundle();
    expect(act).toThrow(RequestException);
    expect(act).toThrow('CURL_CA_BUNDLE');
    expect(act).not.toThrow(/s3cret/);
  });
});

describe('Environment.getAuth', () => {
  const entry = (login: string, password = 'p') => `machine c.example login ${login} password ${password}\n`;
  const c = url('http://c.example/');

  it('B-NETRC-01 S4 reads ~/.netrc, else ~/_netrc', () => {
    const HOME = temporaryDirectory();
    expect(createEnvironment({ env: { HOME } }).getAuth(c)).toBeNull();
    writeFileSync(join(HOME, '_netrc'), entry('under'));
    expect(createEnvironment({ env: { HOME } }).getAuth(c)).toEqual(['under', 'p']);
    writeFileSync(join(HOME, '.netrc'), entry('dot'));
    expect(createEnvironment({ env: { HOME } }).getAuth(c)).toEqual(['dot', 'p']);
    expect(createEnvironment({ env: { USERPROFILE: HOME }, platform: 'win32' }).getAuth(c)).toEqual(['dot', 'p']);
    expect(createEnvironment({ env: {}, homedir: () => HOME }).getAuth(c)).toEqual(['dot', 'p']);
  });

  it('B-NETRC-01 reads $NETRC alone when it is set', () => {
    const HOME = temporaryDirectory();
    writeFileSync(join(HOME, '.netrc'), entry('dot'));
    writeFileSync(join(HOME, 'other'), entry('other'));
    expect(createEnvironment({ env: { HOME, NETRC: join(HOME, 'other') } }).getAuth(c)).toEqual(['other', 'p']);
    expect(createEnvironment({ env: { HOME, NETRC: '~/other' } }).getAuth(c)).toEqual(['other', 'p']);
    expect(createEnvironment({ env: { HOME, NETRC: join(HOME, 'missing') } }).getAuth(c)).toBeNull();
    expect(createEnvironment({ env: { HOME, NETRC: '' } }).getAuth(c)).toBeNull();
  });

  it.each([
    ['http://c.example:8080/', ['u', 'p']],
    ['http://someone@c.example/', ['u', 'p']],
    ['http://C.EXAMPLE/', ['u', 'p']],
    ['http://c.example:@evil.test/', ['e', 'q']],
    ['http://c.example@evil.test/', ['e', 'q']],
    ['http://c.example:80@evil.test:81/', ['e', 'q']],
    ['http://x.c.example/', null],
    ['http://c.example.evil.test/', null],
    ['http://evil.test@127.0.0.1:5000/', ['v4', 'r']],
    ['http://[::1]:5000/', ['v6', 's']],
  ])('B-NETRC-02 [A09 CVE-2024-47081] looks up the host that is connected to: %s', (text, expected) => {
    const NETRC = join(temporaryDirectory(), 'netrc');
    writeFileSync(
      NETRC,
      `${entry('u')}machine evil.test login e password q\nmachine 127.0.0.1 login v4 password r\nmachine ::1 login v6 password s`,
    );
    expect(createEnvironment({ env: { NETRC } }).getAuth(url(text))).toEqual(expected);
  });

  it('[A09 CVE-2024-11053 CVE-2025-0167] never mixes two entries', () => {
    const NETRC = join(temporaryDirectory(), 'netrc');
    writeFileSync(
      NETRC,
      'machine a.example login a\nmachine b.example password b\nmachine n.example\ndefault login d password q',
    );
    const environment = createEnvironment({ env: { NETRC } });
    expect(environment.getAuth(url('http://a.example/'))).toEqual(['a', '']);
    expect(environment.getAuth(url('http://b.example/'))).toEqual(['', 'b']);
    expect(environment.getAuth(url('http://n.example/'))).toBeNull();
    expect(environment.getAuth(url('http://z.example/'))).toEqual(['d', 'q']);
  });

  it('looks at the disk once a second, and reads again only what changed', () => {
    const NETRC = join(temporaryDirectory(), 'netrc');
    const text = new TextEncoder();
    let now = 5_000;
    let contents: string | null = entry('one');
    let mtimeMs = 1;
    const stat = vi.fn(() =>
      contents === null ? undefined : { mtimeMs, size: contents.length, ino: 7, isFile: () => true },
    );
    const readFile = vi.fn(() => text.encode(contents!));
    const environment = createEnvironment({ env: { NETRC }, stat, readFile, now: () => now });
    const calls = () => [stat.mock.calls.length, readFile.mock.calls.length];

    expect(calls()).toEqual([0, 0]);
    for (let i = 0; i < 10; i++) expect(environment.getAuth(c)).toEqual(['one', 'p']);
    expect(calls()).toEqual([1, 1]);

    contents = entry('two');
    mtimeMs = 2;
    now += 999;
    expect(environment.getAuth(c)).toEqual(['one', 'p']);
    expect(calls()).toEqual([1, 1]);
    now += 1;
    expect(environment.getAuth(c)).toEqual(['two', 'p']);
    expect(calls()).toEqual([2, 2]);

    now += 60_000;
    expect(environment.getAuth(c)).toEqual(['two', 'p']);
    expect(calls()).toEqual([3, 2]);

    contents = null;
    now += 1_000;
    expect(environment.getAuth(c)).toBeNull();
    contents = entry('three');
    now += 1_000;
    expect(environment.getAuth(c)).toEqual(['three', 'p']);
    expect(calls()).toEqual([5, 3]);
  });

  it('looks at once when NETRC names another file', () => {
    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'a'), entry('a'));
    writeFileSync(join(directory, 'b'), entry('b'));
    const env: Record<string, string> = { NETRC: join(directory, 'a') };
    const environment = createEnvironment({ env, now: () => 0 });
    expect(environment.getAuth(c)).toEqual(['a', 'p']);
    env.NETRC = join(directory, 'b');
    expect(environment.getAuth(c)).toEqual(['b', 'p']);
  });

  it('sees a file that was replaced by one of the same size and time', () => {
    const directory = temporaryDirectory();
    for (const name of ['a', 'b']) {
      writeFileSync(join(directory, name), entry(name));
      utimesSync(join(directory, name), 1, 1);
    }
    const NETRC = join(directory, 'link');
    symlinkSync('a', NETRC);
    let now = 0;
    const environment = createEnvironment({ env: { NETRC }, now: () => now });
    expect(environment.getAuth(c)).toEqual(['a', 'p']);
    rmSync(NETRC);
    symlinkSync('b', NETRC);
    now = 1_000;
    expect(environment.getAuth(c)).toEqual(['b', 'p']);
  });

  it.each([
    ['malformed', 'machine c.example login u s3cret', 'Unknown word (netrc, line 1)'],
    ['above 128 KiB', `${entry('u')}#s3cret\n`.repeat(4_000), 'larger than 131072 bytes'],
  ])(
    'B-NETRC-04 [A09] takes a file that is %s for an absent one, and warns once without its contents',
    (_what, text, reason) => {
      const NETRC = join(temporaryDirectory(), 'netrc');
      writeFileSync(NETRC, text);
      const warn = vi.fn();
      let now = 0;
      const environment = createEnvironment({ env: { NETRC }, warn, now: () => now });
      for (; now < 5_000; now += 500) expect(environment.getAuth(c)).toBeNull();
      expect(warn.mock.calls).toEqual([[`The netrc file ${NETRC} is ignored: ${reason}`, 'NetrcWarning']]);
    },
  );

  it('B-NETRC-04 takes a directory, a device and an unreadable file for absent ones', () => {
    const warn = vi.fn();
    expect(createEnvironment({ env: { NETRC: temporaryDirectory() }, warn }).getAuth(c)).toBeNull();
    expect(createEnvironment({ env: { NETRC: '/dev/zero' }, warn }).getAuth(c)).toBeNull();
    const denied = () => {
      throw Object.assign(new Error('EACCES: s3cret'), { code: 'EACCES' });
    };
    expect(createEnvironment({ env: { NETRC: '/x' }, stat: denied, warn }).getAuth(c)).toBeNull();
    const stat = () => ({ mtimeMs: 1, size: 1, ino: 1, isFile: () => true });
    expect(createEnvironment({ env: { NETRC: '/x' }, stat, readFile: denied, warn }).getAuth(c)).toBeNull();
    expect(warn.mock.calls.flat().join()).toMatch(/not a regular file.*EACCES/s);
    expect(warn.mock.calls.flat().join()).not.toContain('s3cret');
  });

  it('works where the system knows no home directory', () => {
    const homedir = () => {
      throw new Error('ENOENT');
    };
    expect(createEnvironment({ env: {}, homedir }).getAuth(c)).toBeNull();
  });

  it('reads ISO-8859-1 where the file is not UTF-8', () => {
    const NETRC = join(temporaryDirectory(), 'netrc');
    writeFileSync(NETRC, Buffer.from(entry('u', 'pässword'), 'latin1'));
    expect(createEnvironment({ env: { NETRC } }).getAuth(c)).toEqual(['u', 'pässword']);
    writeFileSync(NETRC, entry('u', 'pässword€'));
    expect(createEnvironment({ env: { NETRC } }).getAuth(c)).toEqual(['u', 'pässword€']);
  });

  it('[P02] refuses a NETRC with unusable text, naming the variable', () => {
    const act = () => createEnvironment({ env: { NETRC: '/s3cret\0' } }).getAuth(c);
    expect(act).toThrow(RequestException);
    expect(act).toThrow('NETRC');
    expect(act).not.toThrow(/s3cret/);
  });
});

const VARIABLES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy', 'ftp_proxy'];

describe('process.env', () => {
  beforeEach(() => {
    for (const name of [...VARIABLES, 'netrc', 'request_method']) {
      vi.stubEnv(name, undefined);
      vi.stubEnv(name.toUpperCase(), undefined);
    }
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it('B-UTIL-12 getEnvironProxies gives every proxy, or none when the URL is covered', () => {
    vi.stubEnv('HTTP_PROXY', 'http://a:1');
    vi.stubEnv('https_proxy', 'http://b:1');
    vi.stubEnv('FTP_PROXY', 'http://f:1');
    vi.stubEnv('no_proxy', '192.168.0.0/24,.c.example,localhost:5000');
    expect(getEnvironProxies('http://d.example/')).toEqual({ http: 'http://a:1', https: 'http://b:1' });
    expect(getEnvironProxies('ftp://d.example/')).toEqual({
      http: 'http://a:1',
      https: 'http://b:1',
      ftp: 'http://f:1',
    });
    for (const covered of [
      'http://192.168.0.1/',
      'https://c.example/',
      'http://localhost:5000/',
      'ftp://x.c.example/',
      'file:///etc/hosts',
    ]) {
      expect(getEnvironProxies(covered)).toEqual({});
    }
    expect(getEnvironProxies('http://c.example/', 'd.example')).toEqual({ http: 'http://a:1', https: 'http://b:1' });
    expect(getEnvironProxies('http://d.example/', 'd.example')).toEqual({});
  });

  it('B-UTIL-12 shouldBypassProxies reads the variables of now', () => {
    expect(shouldBypassProxies('http://c.example/')).toBe(false);
    vi.stubEnv('NO_PROXY', 'c.example');
    expect(shouldBypassProxies('http://c.example/')).toBe(true);
    vi.stubEnv('no_proxy', 'd.example');
    expect(shouldBypassProxies('http://c.example/')).toBe(false);
    expect(shouldBypassProxies('http://c.example/', 'c.example')).toBe(true);
    expect(shouldBypassProxies(prepareUrl('http://d.example/'))).toBe(true);
  });

  it('B-PROXY-07g shouldBypassProxies is true for a URL without a host', () => {
    expect(shouldBypassProxies('file:///etc/hosts')).toBe(true);
    expect(shouldBypassProxies('mailto:a@c.example')).toBe(true);
  });

  it('createEnvironment reads process.env by default, also after it was replaced', () => {
    const environment = createEnvironment();
    vi.stubEnv('http_proxy', 'http://a:1');
    expect(environment.getProxies(url('http://c.example/'))).toEqual({ http: 'http://a:1' });
    const { env } = process;
    onTestFinished(() => {
      process.env = env;
    });
    process.env = { http_proxy: 'http://b:1' };
    expect(environment.getProxies(url('http://c.example/'))).toEqual({ http: 'http://b:1' });
  });

  it('B-NETRC-02 B-NETRC-04 getNetrcAuth reads the file of now, and raises only when asked to', () => {
    const NETRC = join(temporaryDirectory(), 'netrc');
    vi.stubEnv('NETRC', NETRC);
    expect(getNetrcAuth('http://c.example/')).toBeNull();
    expect(getNetrcAuth('http://c.example/', true)).toBeNull();
    writeFileSync(NETRC, 'machine c.example login u password p');
    expect(getNetrcAuth('https://c.example:444/x')).toEqual(['u', 'p']);
    expect(getNetrcAuth('http://c.example:@evil.test/')).toBeNull();
    expect(getNetrcAuth(url('http://x@c.example/'))).toEqual(['u', 'p']);
    writeFileSync(NETRC, 's3cret');
    expect(getNetrcAuth('http://c.example/')).toBeNull();
    expect(() => getNetrcAuth('http://c.example/', true)).toThrow('Unknown word (netrc, line 1)');
    vi.stubEnv('NETRC', temporaryDirectory());
    expect(getNetrcAuth('http://c.example/')).toBeNull();
    expect(() => getNetrcAuth('http://c.example/', true)).toThrow('not a regular file');
  });
});
