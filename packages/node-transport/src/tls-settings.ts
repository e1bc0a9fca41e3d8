import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { type ConnectionOptions, createSecureContext, type SecureContext } from 'node:tls';
import { type Cert, SSLError, type Verify } from '@requests-ts/core';
import { type CertParts, type ClientCert, certParts, loadClientCert } from './client-cert.ts';
import { identityCheck, serverNameOf, tlsName } from './identity.ts';
import { cleanCause, errorCode, errorText } from './messages.ts';
import type { TlsOptions } from './tls-options.ts';
import { checkVerify, isPem, loadTrust, type Trust } from './trust.ts';

/** Everything about TLS that connections of one pool share. Its `key` differs whenever anything that changes trust or identity differs. */
export interface TlsSettings {
  /** A hash; holds no secret. */
  readonly key: string;
  readonly options: TlsOptions;
  readonly rejectUnauthorized: boolean;
  /** Loaded and parsed: whatever is wrong with a file was reported before. */
  readonly secureContext: SecureContext;
}

/**
 * What `tls.connect` needs for one connection, every security-relevant key written out, so that neither the environment
 * (`NODE_TLS_REJECT_UNAUTHORIZED`) nor a polluted prototype has a say.
 *
 * @param host The URL's host; brackets and a trailing dot are removed.
 */
export function tlsConnectOptions(settings: TlsSettings, host: string, alpn: readonly string[]): ConnectionOptions {
  const name = settings.options.serverHostname ?? host;
  const record: ConnectionOptions = Object.create(null);
  return Object.assign(record, {
    host: tlsName(name),
    servername: serverNameOf(name) ?? '',
    secureContext: settings.secureContext,
    rejectUnauthorized: settings.rejectUnauthorized,
    checkServerIdentity: identityCheck(settings.options),
    ALPNProtocols: [...alpn],
    ALPNCallback: undefined,
    pskCallback: undefined,
    requestOCSP: false,
    session: undefined,
    signal: undefined,
    timeout: undefined,
    pfx: undefined,
    fd: undefined,
    path: undefined,
    lookup: undefined,
    enableTrace: false,
    minDHSize: 1024,
  });
}

/** What `verify` and `cert` name. */
interface Source {
  /** A hash; holds no secret. */
  readonly id: string;
  readonly trusted: Verify;
  readonly parts: CertParts | null;
}

interface Entry {
  readonly stamp: string;
  readonly settings: TlsSettings;
}

/** What was asked for. */
interface Question {
  readonly verify: unknown;
  readonly cert: unknown;
  readonly source: Source;
  /** The answer, until this turn of the event loop is over. */
  settings: TlsSettings | null;
}

/**
 * Loads TLS settings once per combination of `verify` and `cert`, and again when a file has changed on the disk, which is looked at once per
 * turn of the event loop.
 */
export class TlsStore {
  readonly #options: TlsOptions;
  readonly #byKey: Map<string, Entry> = new Map();
  readonly #bytes: WeakMap<Uint8Array, string> = new WeakMap();
  #plain: TlsSettings | null = null;
  /** What was asked for last, when it was text: mostly it is asked for again. */
  #latest: Question | null = null;

  constructor(options: TlsOptions) {
    this.#options = options;
  }

  /**
   * @param verify null and undefined mean true.
   * @throws TypeError for values that are neither; Error with `code` and `path` for files that cannot be read; SSLError for files and options
   *   that are no good. All of it before anything is connected.
   */
  resolve(verify: Verify | null | undefined, cert: Cert | null | undefined): TlsSettings {
    if ((verify === true || verify === undefined || verify === null) && !cert) {
      this.#plain ??= this.#load(true, null, 'default');
      return this.#plain;
    }
    const latest = this.#latest;
    const again = latest !== null && latest.verify === verify && latest.cert === cert;
    if (again && latest.settings) return latest.settings;
    const source = again ? latest.source : this.#sourceOf(verify, cert);
    const settings = this.#settingsOf(source);
    if (this.#latest?.source === source) {
      this.#latest.settings = settings;
      setImmediate(forget, this.#latest);
    }
    return settings;
  }

  #settingsOf({ id, trusted, parts }: Source): TlsSettings {
    const stamp = [trusted, parts?.cert, parts?.key].map(stampOf).join('|');
    const known = this.#byKey.get(id);
    if (known?.stamp === stamp) return known.settings;
    const settings = this.#load(trusted, parts, `${id}|${stamp}`);
    // Few combinations are in use at a time; a program that makes them up must not fill the memory.
    if (this.#byKey.size >= 100) this.#byKey.delete(this.#byKey.keys().next().value!);
    this.#byKey.set(id, { stamp, settings });
    return settings;
  }

  #sourceOf(verify: Verify | null | undefined, cert: Cert | null | undefined): Source {
    checkVerify(verify);
    const parts = cert ? certParts(cert, this.#options.keyPassword) : null;
    const trusted = verify ?? true;
    const id = hash([
      typeof trusted === 'string' || typeof trusted === 'boolean' ? trusted : this.#hashBytes(trusted),
      parts && Object.values(parts),
    ]);
    const source = { id, trusted, parts };
    // An object may be another one by the next time.
    if (typeof (cert ?? '') === 'string') this.#latest = { verify, cert, source, settings: null };
    return source;
  }

  #hashBytes(bytes: Uint8Array): string {
    const known = this.#bytes.get(bytes) ?? createHash('sha256').update(bytes).digest('hex');
    this.#bytes.set(bytes, known);
    return `bytes ${known}`;
  }

  #load(verify: Verify, parts: CertParts | null, source: string): TlsSettings {
    const trust = loadTrust(verify);
    const client = parts ? loadClientCert(parts) : null;
    const { assertHostname, assertFingerprint, serverHostname, minVersion, maxVersion, ciphers } = this.#options;
    const contents = [
      trust.rejectUnauthorized,
      trust.ca ?? null,
      client && [client.cert, client.key, client.passphrase ?? null],
    ];
    const rules = [serverHostname, assertHostname, assertFingerprint, minVersion, maxVersion, ciphers].map(
      (rule) => rule ?? null,
    );
    const key = hash([contents, rules, source === 'default' ? source : null]);
    return {
      key,
      options: this.#options,
      rejectUnauthorized: trust.rejectUnauthorized,
      secureContext: secureContextOf(trust, client, this.#options),
    };
  }
}

function forget(question: Question): void {
  question.settings = null;
}

function hash(parts: unknown): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}

/** Tells a file that was replaced from the one that was loaded; text that is PEM itself has nothing on the disk. */
function stampOf(source: unknown): string {
  if (typeof source !== 'string' || source === 'system' || isPem(source)) return '';
  const stat = statSync(source, { throwIfNoEntry: false });
  return stat ? `${stat.dev}.${stat.ino}.${stat.size}.${stat.mtimeMs}` : 'missing';
}

/** Built here and not in `tls.connect`, which would throw inside a callback of the socket. @throws SSLError */
function secureContextOf(
  trust: Trust,
  client: ClientCert | null,
  { minVersion, maxVersion, ciphers }: TlsOptions,
): SecureContext {
  const set = {
    ...(trust.ca && { ca: [...trust.ca] }),
    ...(client && { cert: client.cert, key: client.key }),
    ...(client?.passphrase !== undefined && { passphrase: client.passphrase }),
    ...(minVersion && { minVersion }),
    ...(maxVersion && { maxVersion }),
    ...(ciphers && { ciphers }),
  };
  try {
    return createSecureContext(Object.assign(Object.create(null), set));
  } catch (error) {
    const about = client ? `the client certificate (${client.from})` : 'the TLS options';
    throw new SSLError(`Cannot use ${about}: ${hint(error, client)}`, { cause: cleanCause(error) });
  }
}

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/key values mismatch|KEY_VALUES_MISMATCH/i, 'the key does not belong to the certificate'],
  [/no start line|PEM_NO_START_LINE/i, 'it is not a certificate and a key in PEM form'],
  [
    /interrupted|BAD_PASSWORD_READ|no passphrase|bad password read/i,
    'the key is encrypted: pass cert as { cert, key, passphrase }',
  ],
  [/bad decrypt|BAD_DECRYPT|UNABLE_TO_DECRYPT/i, 'the passphrase of the key is wrong'],
];

function hint(error: unknown, client: ClientCert | null): string {
  const text = errorText(error);
  const known = HINTS.find(([pattern]) => pattern.test(`${text} ${errorCode(error) ?? ''}`));
  if (known) return `${known[1]} (${text})`;
  if (!client) return text;
  // One wrong passphrase in 256 gives bytes that look decrypted, and are no key.
  return client.passphrase === undefined
    ? `it is not a certificate and a key in PEM form (${text})`
    : `the passphrase of the key is wrong, or it is not a certificate and a key in PEM form (${text})`;
}
