import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeCertificate } from './x509.ts';

/** A certificate and its key, both PEM: what `tls.createServer` and `tls.connect` take. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
  /** Of the key, when it is encrypted. */
  readonly passphrase?: string;
}

/** What a certificate says. */
export interface CertificateFields {
  readonly commonName: string;
  /** DNS subject alternative names; with neither these nor addresses the certificate has none at all. */
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  /** Yesterday by default. */
  readonly notBefore?: Date;
  /** In a year by default. */
  readonly notAfter?: Date;
  /** For clients instead of servers. */
  readonly client?: boolean;
  /** Signed by its own key instead of the test CA. */
  readonly selfSigned?: boolean;
}

/** A CA made for this process, and what it signed. */
export interface Certificates {
  /** PEM of the CA. */
  readonly ca: string;
  /** PEM of another CA, which signed none of these. */
  readonly otherCa: string;
  /** For localhost, 127.0.0.1 and ::1. */
  readonly good: Certificate;
  readonly expired: Certificate;
  readonly notYetValid: Certificate;
  /** For another.example only. */
  readonly wrongHost: Certificate;
  /** `CN=localhost` and no subject alternative name, which no client may accept (RFC 9110 §4.3.4). */
  readonly commonNameOnly: Certificate;
  /** For *.wildcard.example. */
  readonly wildcard: Certificate;
  /** For localhost, signed by itself. */
  readonly selfSigned: Certificate;
  /** `CN=client`. */
  readonly client: Certificate;
  /** The same with an encrypted key and its passphrase. */
  readonly encryptedClient: Required<Certificate>;
  /** Signs another one. */
  issue(fields: CertificateFields): Certificate;
}

const DAY_MS = 86_400_000;
const LOCAL = { commonName: 'localhost', dnsNames: ['localhost'], ipAddresses: ['127.0.0.1', '::1'] };

let made: Certificates | undefined;

/** The test CA and its certificates; made on the first call, the same for the whole process. */
export function createCertificates(): Certificates {
  made ??= make();
  return made;
}

function make(): Certificates {
  const ca = createCa('requests-ts test CA');
  const now = Date.now();
  const issue = (fields: CertificateFields): Certificate => sign(fields, ca);
  const client = issue({ commonName: 'client', client: true });
  const passphrase = 'passphrase of the test key';
  const key = createPrivateKey(client.key).export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase,
  }) as string;
  return {
    ca: ca.cert,
    otherCa: createCa('requests-ts other CA').cert,
    good: issue(LOCAL),
    expired: issue({ ...LOCAL, notBefore: new Date(now - 30 * DAY_MS), notAfter: new Date(now - DAY_MS) }),
    notYetValid: issue({ ...LOCAL, notBefore: new Date(now + DAY_MS), notAfter: new Date(now + 30 * DAY_MS) }),
    wrongHost: issue({ commonName: 'another.example', dnsNames: ['another.example'] }),
    commonNameOnly: issue({ commonName: 'localhost' }),
    wildcard: issue({ commonName: '*.wildcard.example', dnsNames: ['*.wildcard.example'] }),
    selfSigned: issue({ ...LOCAL, selfSigned: true }),
    client,
    encryptedClient: { cert: client.cert, key, passphrase },
    issue,
  };
}

interface Authority {
  readonly name: string;
  readonly cert: string;
  readonly privateKey: KeyObject;
}

function createCa(name: string): Authority {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const names = { subject: name, issuer: name, dnsNames: [], ipAddresses: [] };
  const cert = encodeCertificate({ ...names, ...validity(365), kind: 'ca', key: privateKey, issuerKey: privateKey });
  return { name, cert, privateKey };
}

function sign(fields: CertificateFields, ca: Authority): Certificate {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const cert = encodeCertificate({
    ...validity(1),
    ...(fields.notBefore ? { notBefore: fields.notBefore } : {}),
    ...(fields.notAfter ? { notAfter: fields.notAfter } : {}),
    subject: fields.commonName,
    issuer: fields.selfSigned ? fields.commonName : ca.name,
    kind: fields.client ? 'client' : 'server',
    dnsNames: fields.dnsNames ?? [],
    ipAddresses: fields.ipAddresses ?? [],
    key: privateKey,
    issuerKey: fields.selfSigned ? privateKey : ca.privateKey,
  });
  return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string };
}

/** From so many days ago, for a year from now. */
function validity(daysAgo: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(Date.now() - daysAgo * DAY_MS), notAfter: new Date(Date.now() + 365 * DAY_MS) };
}

/** PEM files in a temporary directory, by what they hold: `ca.pem`, `client.pem`, ... */
export interface PemFiles<Name extends string> {
  readonly directory: string;
  /** Absolute path of each file. */
  readonly paths: Readonly<Record<Name, string>>;
  /** Removes the directory. Safe to call twice. */
  remove(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Writes PEM texts into a new temporary directory, one `<name>.pem` each, for options that take paths.
 *
 *     await using files = await writePemFiles({ ca: certificates.ca, client: client.cert + client.key });
 *     await adapter.send(request, { verify: files.paths.ca, cert: files.paths.client });
 */
export async function writePemFiles<Name extends string>(
  texts: Readonly<Record<Name, string>>,
): Promise<PemFiles<Name>> {
  const directory = await fs.mkdtemp(join(tmpdir(), 'requests-ts-'));
  const names = Object.keys(texts) as Name[];
  const paths = Object.fromEntries(names.map((name) => [name, join(directory, `${name}.pem`)])) as Record<Name, string>;
  await Promise.all(names.map((name) => fs.writeFile(paths[name], texts[name], { mode: 0o600 })));
  const remove = (): Promise<void> => fs.rm(directory, { recursive: true, force: true });
  return { directory, paths, remove, [Symbol.asyncDispose]: remove };
}
