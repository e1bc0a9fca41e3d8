import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect, createServer } from 'node:tls';
import { type Certificate, createCertificates, listen, writePemFiles } from '@requests-ts/testing';
import { describe, expect, it } from 'vitest';

/** What a verifying client thinks of a server with this certificate: 'ok' or the code of the error. */
async function handshake(
  certificate: Certificate,
  servername = 'localhost',
  host: '127.0.0.1' | '::1' = '127.0.0.1',
): Promise<string> {
  const { ca } = createCertificates();
  const server = createServer({ ...certificate });
  server.on('tlsClientError', () => {});
  await using listener = await listen(server, { host });
  const socket = connect({ host, port: listener.port, ca, servername });
  try {
    await once(socket, 'secureConnect');
    return 'ok';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  } finally {
    socket.destroy();
  }
}

describe('createCertificates', () => {
  it('is made once per process', () => {
    const first = createCertificates();
    expect(createCertificates()).toBe(first);
  });

  it('issues a good certificate for localhost, 127.0.0.1 and ::1', async () => {
    const { good } = createCertificates();
    expect(await handshake(good)).toBe('ok');
    const { subjectAltName } = new X509Certificate(good.cert);
    expect(subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
  });

  it.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['notYetValid', 'CERT_NOT_YET_VALID'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const)('issues one that is %s', async (name, code) => {
    expect(await handshake(createCertificates()[name])).toBe(code);
  });

  it('issues one for a wildcard and one with a common name alone', async () => {
    const { wildcard, commonNameOnly } = createCertificates();
    expect(await handshake(wildcard, 'a.wildcard.example')).toBe('ok');
    expect(await handshake(wildcard, 'a.b.wildcard.example')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    expect(new X509Certificate(commonNameOnly.cert).subjectAltName).toBeUndefined();
    expect(new X509Certificate(commonNameOnly.cert).subject).toBe('CN=localhost');
  });

  it('issues client certificates with a plain and an encrypted key', async () => {
    const { client, encryptedClient } = createCertificates();
    const plain = createPrivateKey(client.key).export({ type: 'pkcs8', format: 'der' });
    const { key, passphrase } = encryptedClient;
    expect(createPrivateKey({ key, passphrase }).export({ type: 'pkcs8', format: 'der' })).toEqual(plain);
    expect(() => createPrivateKey(key)).toThrow();
    expect(new X509Certificate(client.cert).checkPrivateKey(createPrivateKey(client.key))).toBe(true);
  });

  it('issues what a test asks for', async () => {
    const { issue } = createCertificates();
    const certificate = await issue({ commonName: 'x', dnsNames: ['xn--bcher-kva.example'] });
    expect(await handshake(certificate, 'xn--bcher-kva.example')).toBe('ok');
  });
});

describe('writePemFiles', () => {
  it('writes the files and removes them', async () => {
    const { ca } = createCertificates();
    const files = await writePemFiles({ ca });
    expect(await readFile(files.paths.ca, 'utf8')).toBe(ca);
    await files.remove();
    await files.remove();
    expect(existsSync(files.directory)).toBe(false);
  });
});
