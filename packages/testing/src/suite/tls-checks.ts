/** TLS: whom to trust, and who we are. */
import { SSLError } from '@requests-ts/core';
import { expect } from 'vitest';
import { createCertificates, writePemFiles } from '../certificates.ts';
import { prepare } from '../prepared.ts';
import type { Bench } from './bench.ts';
import { type Check, check } from './check.ts';

type Files = Record<'ca' | 'otherCa' | 'client' | 'cert' | 'key' | 'encryptedKey', string>;

async function pemFiles(bench: Bench): Promise<Files> {
  const { ca, otherCa, client, encryptedClient } = createCertificates();
  const texts = {
    ca,
    otherCa,
    client: client.cert + client.key,
    cert: client.cert,
    key: client.key,
    encryptedKey: encryptedClient.key,
  };
  const files = await writePemFiles(texts);
  bench.defer(() => files.remove());
  return files.paths;
}

const BAD = ['expired', 'notYetValid', 'wrongHost', 'commonNameOnly', 'selfSigned'] as const;

export const tlsChecks: readonly Check[] = [
  check('tls', 'B-TLS-03 trusts the CA file that it is given, for a name and for an address', async (bench) => {
    const { ca } = await pemFiles(bench);
    const httpbin = await bench.httpbin({ tls: true });
    for (const host of ['localhost', '127.0.0.1']) {
      const response = await bench.get(`https://${host}:${httpbin.port}/tls`, { verify: ca });
      expect(response.json()).toMatchObject({ servername: host === 'localhost' ? host : null });
    }
  }),

  check('tls', 'B-TLS-01 B-ADAPT-16 fails with SSLError for a CA that it does not know', async (bench) => {
    const { otherCa } = await pemFiles(bench);
    const httpbin = await bench.httpbin({ tls: true });
    for (const verify of [undefined, true, otherCa]) {
      expect(
        await bench.requestFailure(prepare('GET', `https://localhost:${httpbin.port}/get`), { verify }),
      ).toBeInstanceOf(SSLError);
    }
    expect(httpbin.requests).toEqual([]);
  }),

  check('tls', 'B-DIFF-37 [G01] verifies unless verify is exactly false', async (bench) => {
    const httpbin = await bench.httpbin({ tls: true });
    for (const verify of [null, 0, '', 'false', {}, []]) {
      await bench.failure(
        bench.get(`https://localhost:${httpbin.port}/get`, { verify: verify as never }),
        `verify: ${JSON.stringify(verify)}`,
      );
    }
    expect(httpbin.requests).toEqual([]);
  }),

  check('tls', '[G01] verifies whatever NODE_TLS_REJECT_UNAUTHORIZED says', async (bench) => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    bench.defer(() => {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    });
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    const httpbin = await bench.httpbin({ tls: true });
    expect(await bench.requestFailure(prepare('GET', `https://localhost:${httpbin.port}/get`))).toBeInstanceOf(
      SSLError,
    );
    expect(httpbin.requests).toEqual([]);
  }),

  ...BAD.map((name) =>
    check(
      'tls',
      `B-TLS-01 [G06] fails with SSLError for a certificate that is ${name}, unless verify is false`,
      async (bench) => {
        const { ca } = await pemFiles(bench);
        const httpbin = await bench.httpbin({ tls: createCertificates()[name] });
        const url = `https://localhost:${httpbin.port}/get`;
        expect(await bench.requestFailure(prepare('GET', url), { verify: ca })).toBeInstanceOf(SSLError);
        expect(httpbin.requests).toEqual([]);
        expect((await bench.get(url, { verify: false })).statusCode).toBe(200);
      },
    ),
  ),

  check('tls', '[D03] pitfall 5: checks the host of the URL, not that of the Host header', async (bench) => {
    const { ca } = await pemFiles(bench);
    const httpbin = await bench.httpbin({ tls: true });
    const headers = { Host: 'another.example' };
    const response = await bench.call('GET', `https://localhost:${httpbin.port}/tls`, { headers }, { verify: ca });
    expect(response.json()).toMatchObject({ servername: 'localhost' });
    const wrong = await bench.httpbin({ tls: createCertificates().wrongHost });
    const request = prepare('GET', `https://localhost:${wrong.port}/get`, { headers });
    expect(await bench.requestFailure(request, { verify: ca })).toBeInstanceOf(SSLError);
  }),

  check(
    'tls',
    'B-TLS-12 [G01] never uses an unverified connection for a request that verifies, nor the reverse',
    async (bench) => {
      const { ca } = await pemFiles(bench);
      const httpbin = await bench.httpbin({ tls: true });
      const url = `https://localhost:${httpbin.port}/get`;
      await bench.get(url, { verify: false });
      await bench.requestFailure(prepare('GET', url));
      await bench.get(url, { verify: ca });
      await bench.get(url, { verify: false });
      expect(httpbin.requests.map(({ connectionId }) => connectionId)).toEqual([1, 2, 1]);
    },
  ),

  check(
    'clientCertificates',
    'B-TLS-09 presents the certificate of this request, from one file, two, or with a passphrase',
    async (bench) => {
      const { ca, client, cert, key, encryptedKey } = await pemFiles(bench);
      const { passphrase } = createCertificates().encryptedClient;
      const httpbin = await bench.httpbin({
        tls: { requestCert: true, rejectUnauthorized: false, ca: createCertificates().ca },
      });
      const url = `https://localhost:${httpbin.port}/tls`;
      for (const given of [client, [cert, key] as const, { cert, key: encryptedKey, passphrase }]) {
        expect((await bench.get(url, { verify: ca, cert: given })).json()).toMatchObject({ clientSubject: 'client' });
      }
      expect((await bench.get(url, { verify: ca })).json()).toMatchObject({ clientSubject: null });
    },
  ),

  check(
    'clientCertificates',
    'pitfall 7: fails with SSLError when the server insists on a certificate',
    async (bench) => {
      const { ca } = await pemFiles(bench);
      const httpbin = await bench.httpbin({
        tls: { requestCert: true, rejectUnauthorized: true, ca: createCertificates().ca },
      });
      const error = await bench.requestFailure(prepare('GET', `https://localhost:${httpbin.port}/get`), { verify: ca });
      expect(error).toBeInstanceOf(SSLError);
    },
  ),
];
