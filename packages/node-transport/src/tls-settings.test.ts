import { writeFileSync } from 'node:fs';
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { inspect } from 'node:util';
import { type Cert, SSLError, type Verify } from '@requests-ts/core';
import { createCertificates, type PemFiles, writePemFiles } from '@requests-ts/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsOptions, type TlsOptions } from './tls-options.ts';
import { TlsStore, tlsConnectOptions } from './tls-settings.ts';
import { loadTrust } from './trust.ts';

const { ca, otherCa, client, good, encryptedClient } = createCertificates();
let files: PemFiles<'ca' | 'both' | 'cert' | 'key' | 'otherKey' | 'encrypted' | 'empty' | 'junk' | 'keyOnly'>;
let directory: string;
let emptyDirectory: string;

beforeAll(async () => {
  const junk = '-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n';
  files = await writePemFiles({
    ca,
    both: client.cert + client.key,
    cert: client.cert,
    key: client.key,
    otherKey: good.key,
    encrypted: encryptedClient.key,
    empty: '',
    junk,
    keyOnly: client.key,
  });
  directory = join(files.directory, 'cas');
  emptyDirectory = join(files.directory, 'none');
  await mkdir(directory);
  await mkdir(emptyDirectory);
  await writeFile(join(directory, 'one.pem'), `# a comment\n${ca}`);
  await writeFile(join(directory, 'two.crt'), otherCa);
  await writeFile(join(directory, 'notes.txt'), 'no certificate');
});
afterAll(() => files.remove());

const store = (options: TlsOptions = {}): TlsStore => new TlsStore(readTlsOptions(options));
const keyOf = (verify: Verify, cert?: Cert | null, options: TlsOptions = {}): string =>
  store(options).resolve(verify, cert).key;

describe('loadTrust', () => {
  it('M115 M129 leaves the default roots to Node', () => {
    expect(loadTrust(true)).toEqual({ rejectUnauthorized: true, ca: undefined });
  });

  it('M117 trusts anybody for false, and only for false', () => {
    expect(loadTrust(false)).toEqual({ rejectUnauthorized: false, ca: undefined });
  });

  it('M119 reads certificates from a file, PEM text, PEM bytes and DER bytes', () => {
    const der = Buffer.from(ca.replace(/-----[^-]+-----|\s/g, ''), 'base64');
    for (const verify of [files.paths.ca, ca, Buffer.from(ca), new Uint8Array(der)]) {
      const trust = loadTrust(verify);
      expect(trust.rejectUnauthorized).toBe(true);
      expect(trust.ca!.map((pem) => pem.trim())).toEqual([ca.trim()]);
    }
  });

  it('M120 reads every certificate of a directory, whatever the files are called', () => {
    expect(loadTrust(directory).ca).toHaveLength(2);
  });

  it("M129 M130 asks the operating system for 'system'", () => {
    const { ca: system } = loadTrust('system');
    expect(Array.isArray(system)).toBe(true);
    expect(system).not.toEqual(rootCertificates);
  });

  it('B-TLS-04 B-DIFF-31 names a path that is not there, with code and path, as no error of a request', () => {
    const path = join(files.directory, 'missing.pem');
    expect(() => loadTrust(path)).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        path,
        message: `Could not find the TLS CA certificate bundle, invalid path: ${path}`,
      }),
    );
    expect(() => loadTrust(path)).not.toThrow(SSLError);
  });

  it('[G07] never falls back to other roots: nothing found is SSLError', () => {
    for (const verify of [
      files.paths.empty,
      files.paths.junk,
      files.paths.keyOnly,
      emptyDirectory,
      '-----BEGIN CERTIFICATE-----',
      Buffer.from('junk'),
    ]) {
      expect(() => loadTrust(verify)).toThrow(SSLError);
    }
  });
});

describe('TlsStore', () => {
  it('[G01 CVE-2021-22939] takes null and undefined for true, and refuses every other value that is falsy or odd', () => {
    for (const verify of [undefined, null, true] as const)
      expect(store().resolve(verify, null).rejectUnauthorized).toBe(true);
    for (const verify of [0, '', 'false\0', 1, {}, [], Number.NaN, () => false, new Uint8Array(0), Symbol('x')]) {
      expect(() => {
        const { rejectUnauthorized } = store().resolve(verify as Verify, null);
        if (!rejectUnauthorized) expect.unreachable();
        throw new TypeError('verified');
      }).toThrow();
    }
    for (const verify of [0, '', 1, {}, new Uint8Array(0)])
      expect(() => store().resolve(verify as Verify, null)).toThrow(TypeError);
    expect(() => store().resolve('false', null)).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  });

  it('loads a combination once, by its content', () => {
    const one = store();
    expect(one.resolve(true, null)).toBe(one.resolve(undefined, undefined));
    expect(one.resolve(files.paths.ca, files.paths.both)).toBe(one.resolve(files.paths.ca, files.paths.both));
    expect(one.resolve(ca, null)).toBe(one.resolve(ca, null));
  });

  it('[G01] loads a file again that was replaced on the disk', async () => {
    const path = join(files.directory, 'changing.pem');
    await writeFile(path, ca);
    const one = store();
    const before = one.resolve(path, null).key;
    await writeFile(path, otherCa);
    await utimes(path, new Date(), new Date(Date.now() + 5000));
    expect(one.resolve(path, null).key).not.toBe(before);
  });

  it('[G01] looks at the disk once per turn of the event loop', async () => {
    const path = join(files.directory, 'once.pem');
    writeFileSync(path, ca);
    const one = store();
    const before = one.resolve(path, null).key;
    writeFileSync(path, ca + otherCa);
    expect(one.resolve(path, null).key).toBe(before);
    await new Promise((resolve) => setImmediate(resolve));
    expect(one.resolve(path, null).key).not.toBe(before);
  });

  it('[G02] makes another key of everything that changes trust or identity', () => {
    const fingerprint = 'ab'.repeat(32);
    const keys = [
      keyOf(true),
      keyOf(false),
      keyOf(ca),
      keyOf(otherCa),
      keyOf(ca + otherCa),
      keyOf('system'),
      keyOf(true, files.paths.both),
      keyOf(false, files.paths.both),
      keyOf(true, [good.cert, good.key]),
      keyOf(true, null, { minVersion: 'TLSv1.2' }),
      keyOf(true, null, { maxVersion: 'TLSv1.2' }),
      keyOf(true, null, { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' }),
      keyOf(true, null, { serverHostname: 'a.example' }),
      keyOf(true, null, { assertHostname: 'a.example' }),
      keyOf(true, null, { assertHostname: false }),
      keyOf(true, null, { assertFingerprint: fingerprint }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf(files.paths.ca)).toBe(keyOf(ca));
    expect(keyOf(true, [files.paths.cert, files.paths.key])).toBe(keyOf(true, { cert: client.cert, key: client.key }));
    expect(
      keyOf(true, { cert: files.paths.cert, key: files.paths.encrypted, passphrase: encryptedClient.passphrase }),
    ).not.toBe(keyOf(true, files.paths.both));
  });

  it('M124 M125 M128 reads certificate and key from one file, two files, or with a passphrase', () => {
    const { passphrase } = encryptedClient;
    for (const cert of [
      files.paths.both,
      [files.paths.cert, files.paths.key],
      { cert: files.paths.both },
      { cert: files.paths.cert, key: files.paths.key },
      { cert: files.paths.cert, key: files.paths.encrypted, passphrase },
      { cert: client.cert, key: encryptedClient.key, passphrase },
    ] as Cert[]) {
      expect(store().resolve(true, cert).key).toMatch(/^[\w-]{43}$/);
    }
    expect(store({ keyPassword: passphrase }).resolve(true, [files.paths.cert, files.paths.encrypted])).toBeDefined();
  });

  it('B-TLS-10 M127 tells a missing key from a missing certificate', () => {
    const path = join(files.directory, 'missing.pem');
    expect(() => store().resolve(true, [path, files.paths.key])).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        path,
        message: `Could not find the TLS certificate file, invalid path: ${path}`,
      }),
    );
    expect(() => store().resolve(true, [files.paths.cert, path])).toThrow(
      expect.objectContaining({
        code: 'ENOENT',
        path,
        message: `Could not find the TLS key file, invalid path: ${path}`,
      }),
    );
  });

  it.each<[string, () => Cert, RegExp]>([
    ['junk', () => files.paths.junk, /client certificate/],
    ['no key', () => files.paths.cert, /not a certificate and a key in PEM form|no start line/i],
    ['another key', () => [files.paths.cert, files.paths.otherKey], /does not belong/],
    [
      'a wrong passphrase',
      () => ({ cert: files.paths.cert, key: files.paths.encrypted, passphrase: 'canarywrong' }),
      /passphrase of the key is wrong/,
    ],
    [
      'no passphrase',
      () => [files.paths.cert, files.paths.encrypted],
      /pass cert as \{ cert, key, passphrase \}|passphrase/,
    ],
  ])('[pitfall 6] reports %s at once as SSLError that names the files, with no secret', (_title, cert, message) => {
    expect(() => store().resolve(true, cert())).toThrow(SSLError);
    try {
      store().resolve(true, cert());
    } catch (error) {
      expect((error as Error).message).toMatch(message);
      expect((error as Error).message).toContain(files.directory);
      expect(inspect(error, { depth: Infinity })).not.toMatch(/canary|PRIVATE KEY/);
    }
  });

  it('refuses shapes of cert that are none', () => {
    for (const cert of [[], ['a'], ['a', 'b', 'c'], {}, { cert: 1 }, { cert: 'x', pass: 'y' }, 5, ['', '']]) {
      expect(() => store().resolve(true, cert as Cert)).toThrow(TypeError);
    }
  });

  it('[A14] holds no secret in its key', () => {
    const settings = store().resolve(true, {
      cert: files.paths.cert,
      key: files.paths.encrypted,
      passphrase: encryptedClient.passphrase,
    });
    expect(settings.key).not.toContain(encryptedClient.passphrase);
  });
});

describe('readTlsOptions', () => {
  it('takes a SHA-256 with or without colons, and no other hash', () => {
    const hex = 'AB'.repeat(32);
    expect(readTlsOptions({ assertFingerprint: hex.match(/../g)!.join(':') }).assertFingerprint).toBe(
      hex.toLowerCase(),
    );
    for (const assertFingerprint of ['ab'.repeat(20), 'xy'.repeat(32), ''])
      expect(() => readTlsOptions({ assertFingerprint })).toThrow(TypeError);
  });

  it('[J01] refuses unknown options and reads none from the prototype', () => {
    expect(() => readTlsOptions({ rejectUnauthorized: false } as TlsOptions)).toThrow(
      /unknown option 'rejectUnauthorized'/,
    );
    Object.defineProperty(Object.prototype, 'assertHostname', { value: false, configurable: true });
    try {
      expect(readTlsOptions({}).assertHostname).toBeUndefined();
    } finally {
      delete (Object.prototype as { assertHostname?: unknown }).assertHostname;
    }
  });

  it('refuses names that are empty', () => {
    for (const options of [
      { serverHostname: '' },
      { assertHostname: '' },
      { ciphers: '' },
      { assertHostname: true as never },
    ])
      expect(() => readTlsOptions(options)).toThrow(TypeError);
  });
});

describe('tlsConnectOptions', () => {
  const settings = store().resolve(true, null);

  it.each([
    ['api.example', 'api.example', 'api.example'],
    ['api.example.', 'api.example', 'api.example'],
    ['127.0.0.1', '', '127.0.0.1'],
    ['[::1]', '', '::1'],
    ['::1', '', '::1'],
  ])('[G06] asks %s for the name %j and checks %s', (host, servername, checked) => {
    expect(tlsConnectOptions(settings, host, ['http/1.1'])).toMatchObject({
      servername,
      host: checked,
      rejectUnauthorized: true,
    });
  });

  it('[G01] always says rejectUnauthorized, and inherits nothing', () => {
    const options = tlsConnectOptions(settings, 'h', ['http/1.1']);
    expect(Object.hasOwn(options, 'rejectUnauthorized')).toBe(true);
    expect(Object.getPrototypeOf(options)).toBeNull();
  });
});

it('leaves nothing behind in its directory', async () => {
  expect(await readdir(emptyDirectory)).toEqual([]);
});
