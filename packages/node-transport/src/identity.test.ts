import type { PeerCertificate } from 'node:tls';
import { describe, expect, it } from 'vitest';
import { identityCheck } from './identity.ts';

const certificate = (subjectaltname: string | undefined, commonName = 'h.example'): PeerCertificate =>
  ({ subject: { CN: commonName }, subjectaltname }) as unknown as PeerCertificate;
const passes = (host: string, san: string | undefined, options = {}): boolean =>
  identityCheck(options)(host, certificate(san)) === undefined;

describe('identityCheck', () => {
  it.each([
    ['h.example', 'DNS:h.example', true],
    ['H.example.', 'DNS:h.example', true],
    ['other.example', 'DNS:h.example', false],
    ['a.h.example', 'DNS:*.h.example', true],
    ['a.b.h.example', 'DNS:*.h.example', false],
    ['h.example', 'DNS:*.h.example', false],
    ['127.0.0.1', 'IP Address:127.0.0.1', true],
    ['127.0.0.1', 'DNS:127.0.0.1', false],
    ['[::1]', 'IP Address:0:0:0:0:0:0:0:1', true],
    ['127.0.0.1', 'DNS:*', false],
    ['h.example', 'URI:http://h.example/', false],
  ])('[G06] %s against %s: %s', (host, san, expected) => {
    expect(passes(host, san)).toBe(expected);
  });

  it('[G06] refuses a certificate with a common name only', () => {
    expect(passes('h.example', undefined)).toBe(false);
    expect(identityCheck({})('h.example', certificate(undefined))).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringContaining('no subject alternative name'),
    });
  });

  it('checks assertHostname instead of the host, or nothing for false', () => {
    expect(passes('ip.example', 'DNS:h.example', { assertHostname: 'h.example' })).toBe(true);
    expect(passes('h.example', 'DNS:h.example', { assertHostname: 'x.example' })).toBe(false);
    expect(passes('any', undefined, { assertHostname: false })).toBe(true);
  });

  it('[J03] never throws', () => {
    expect(
      identityCheck({})('h', {
        get subjectaltname(): string {
          throw new Error('bad');
        },
      } as PeerCertificate),
    ).toBeInstanceOf(Error);
  });
});
