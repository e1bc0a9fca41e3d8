import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { bits, boolean, der, integer, octets, oid, sequence, set, tagged, time, utf8 } from './der.ts';

/** What a certificate says (RFC 5280 §4). */
export interface CertificateContent {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly kind: 'ca' | 'server' | 'client';
  readonly dnsNames: readonly string[];
  readonly ipAddresses: readonly string[];
  /** Either half of the subject's key, on P-256. */
  readonly key: KeyObject;
  readonly issuerKey: KeyObject;
}

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const PURPOSES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

/** A signed X.509 certificate, version 3, in PEM. Nothing is checked: tests want wrong ones too. */
export function encodeCertificate(content: CertificateContent): string {
  const body = sequence(
    tagged(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(0x40), randomBytes(15)])),
    ECDSA_WITH_SHA256,
    distinguishedName(content.issuer),
    sequence(time(content.notBefore), time(content.notAfter)),
    distinguishedName(content.subject),
    publicKey(content.key),
    tagged(3, sequence(...extensions(content))),
  );
  const signed = sequence(body, ECDSA_WITH_SHA256, bits(sign('sha256', body, content.issuerKey)));
  const lines = signed.toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** `CN=name`, which is all that these have. */
function distinguishedName(commonName: string): Buffer {
  return sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))));
}

function extensions({ kind, key, issuerKey, dnsNames, ipAddresses }: CertificateContent): Buffer[] {
  // Bits from the left: 0 digitalSignature, 5 keyCertSign, 6 cRLSign (RFC 5280 section 4.2.1.3).
  const usage = kind === 'ca' ? bits(Buffer.of(0b00000110), 1) : bits(Buffer.of(0b10000000), 7);
  const names = [
    ...dnsNames.map((name) => der(0x82, Buffer.from(name, 'latin1'))),
    ...ipAddresses.map((ip) => der(0x87, address(ip))),
  ];
  return [
    extension('2.5.29.19', true, kind === 'ca' ? sequence(boolean(true)) : sequence()),
    extension('2.5.29.15', true, usage),
    extension('2.5.29.14', false, octets(keyId(key))),
    extension('2.5.29.35', false, sequence(der(0x80, keyId(issuerKey)))),
    ...(kind === 'ca' ? [] : [extension('2.5.29.37', false, sequence(oid(PURPOSES[kind])))]),
    ...(names.length === 0 ? [] : [extension('2.5.29.17', false, sequence(...names))]),
  ];
}

function extension(id: string, critical: boolean, value: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function publicKey(key: KeyObject): Buffer {
  return (key.type === 'public' ? key : createPublicKey(key)).export({ type: 'spki', format: 'der' });
}

function keyId(key: KeyObject): Buffer {
  return createHash('sha1').update(publicKey(key)).digest();
}

/** Four bytes, or sixteen. */
function address(text: string): Buffer {
  if (isIPv4(text)) return Buffer.from(text.split('.').map(Number));
  const [left = '', right] = text.split('::');
  const groups = (half: string): number[] =>
    half === '' ? [] : half.split(':').map((group) => Number.parseInt(group, 16));
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  const all = [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
