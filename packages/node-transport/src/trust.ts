import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { getCACertificates } from 'node:tls';
import { SSLError, type Verify } from '@requests-ts/core';
import { errorCode } from './messages.ts';

/** Whom a connection trusts. */
export interface Trust {
  readonly rejectUnauthorized: boolean;
  /** PEM certificates that replace Node's default roots; undefined for the defaults (`NODE_EXTRA_CA_CERTS` and `--use-system-ca` included). */
  readonly ca: readonly string[] | undefined;
}

const DEFAULT_ROOTS: Trust = { rejectUnauthorized: true, ca: undefined };
const ANYBODY: Trust = { rejectUnauthorized: false, ca: undefined };

/** What `verify` may be. @throws TypeError for anything else: nothing but `false` ever switches verification off. */
export function checkVerify(verify: unknown): asserts verify is Verify | undefined | null {
  if (verify === undefined || verify === null || typeof verify === 'boolean') return;
  if (typeof verify === 'string' && verify !== '') return;
  if (verify instanceof Uint8Array && verify.length > 0) return;
  throw new TypeError(
    "verify must be true, false, 'system', the path of a CA file or directory, or certificates as PEM text or bytes",
  );
}

/**
 * Loads the roots that `verify` names (Requests: "SSL Cert Verification").
 *
 * @throws Error with `code` and `path` when the file or directory cannot be read; SSLError when there is no certificate in it. Never falls
 *   back to other roots.
 */
export function loadTrust(verify: Verify): Trust {
  if (verify === true) return DEFAULT_ROOTS;
  if (verify === false) return ANYBODY;
  if (verify === 'system') return { rejectUnauthorized: true, ca: getCACertificates('system') };
  if (typeof verify !== 'string')
    return { rejectUnauthorized: true, ca: certificatesOf(verify, 'the bytes given as verify') };
  if (isPem(verify))
    return { rejectUnauthorized: true, ca: certificatesOf(Buffer.from(verify), 'the PEM text given as verify') };
  return { rejectUnauthorized: true, ca: readBundle(verify) };
}

/** True for text that is PEM itself and not the path of a file. */
export function isPem(text: string): boolean {
  return text.includes('-----BEGIN ');
}

function readBundle(path: string): readonly string[] {
  if (!statOf(path, 'TLS CA certificate bundle').isDirectory()) {
    return certificatesOf(readFile(path, 'TLS CA certificate bundle'), `the CA bundle ${path}`);
  }
  const found: string[] = [];
  for (const name of readdirSync(path).sort()) {
    const file = join(path, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile())
      found.push(...pemBlocks(readFileSync(file)).filter(isCertificate));
  }
  if (found.length === 0)
    throw new SSLError(`No certificate found in the CA directory ${path}: it must hold PEM files`);
  return found;
}

function certificatesOf(bytes: Uint8Array, of: string): readonly string[] {
  const found = pemBlocks(bytes).filter(isCertificate);
  if (found.length === 0)
    throw new SSLError(`No certificate found in ${of}: it must hold at least one 'BEGIN CERTIFICATE' block (PEM)`);
  return found;
}

/** The certificate blocks of PEM text; a single DER certificate is turned into one. */
function pemBlocks(bytes: Uint8Array): string[] {
  if (bytes[0] === 0x30 && bytes[1] === 0x82) return toPem(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const blocks: string[] = [];
  for (const kind of ['CERTIFICATE', 'X509 CERTIFICATE']) {
    const begin = `-----BEGIN ${kind}-----`;
    const end = `-----END ${kind}-----`;
    for (let from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from)) {
      const to = text.indexOf(end, from);
      if (to < 0) break;
      blocks.push(text.slice(from, to + end.length));
      from = to;
    }
  }
  return blocks;
}

function toPem(der: Uint8Array): string[] {
  try {
    return [new X509Certificate(der).toString()];
  } catch {
    // Reported as "no certificate found".
    return [];
  }
}

/** Node ignores what it cannot parse, and the connection would fail later for a wrong reason. */
function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}

function statOf(path: string, what: string): ReturnType<typeof statSync> & object {
  try {
    return statSync(path);
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

/** @throws Error with `code` and `path`, the message ending with the path as in Requests. */
export function readFile(path: string, what: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw unreadable(path, what, cause);
  }
}

function unreadable(path: string, what: string, cause: unknown): Error {
  const code = errorCode(cause) ?? 'EIO';
  const how = code === 'ENOENT' || code === 'ENOTDIR' ? 'Could not find' : `Could not read (${code})`;
  return Object.assign(new Error(`${how} the ${what}, invalid path: ${path}`, { cause }), { code, path });
}
