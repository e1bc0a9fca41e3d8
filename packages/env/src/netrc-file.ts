import { join } from 'node:path';
import { findCredentials, MAX_FILE_BYTES, type Netrc, NetrcParseError, parseNetrc } from './netrc.ts';

/** What tells whether a file has changed. */
export interface FileStat {
  readonly mtimeMs: number;
  readonly size: number;
  readonly ino: number;
  isFile(): boolean;
}

/** The part of the file system that a netrc file needs. */
export interface FileSystem {
  /** undefined when there is nothing at that path. */
  stat(path: string): FileStat | undefined;
  readFile(path: string): Uint8Array;
}

/** A file that was found and could not be used. The message has its path, never its contents. */
export class UnusableNetrc extends Error {}

/**
 * Where the netrc file may be, the first existing one counts: `$NETRC` alone when that is set, else `~/.netrc` and `~/_netrc`.
 *
 * @param netrc The variable; "" names no file, which turns netrc off.
 * @param home undefined when there is no home directory.
 */
export function netrcPaths(netrc: string | undefined, home: () => string | undefined): readonly string[] {
  const expand = (path: string): string => {
    const directory = /^~(?=$|[/\\])/.test(path) ? home() : undefined;
    return directory === undefined ? path : directory + path.slice(1);
  };
  if (netrc !== undefined) return netrc === '' ? [] : [expand(netrc)];
  const directory = home();
  return directory ? [join(directory, '.netrc'), join(directory, '_netrc')] : [];
}

/** The first of the paths at which there is something. */
export function locate(files: FileSystem, paths: readonly string[]): { path: string; stat: FileStat } | null {
  for (const path of paths) {
    const stat = files.stat(path);
    if (stat) return { path, stat };
  }
  return null;
}

/** Reads and parses a file. @throws NetrcParseError, Error */
export function readNetrc(files: FileSystem, path: string, stat: FileStat): Netrc {
  // A pipe or a device could block for ever, or never end.
  if (!stat.isFile()) throw new UnusableNetrc('not a regular file');
  if (stat.size > MAX_FILE_BYTES) throw new UnusableNetrc(`larger than ${MAX_FILE_BYTES} bytes`);
  const bytes = files.readFile(path);
  if (bytes.byteLength > MAX_FILE_BYTES) throw new UnusableNetrc(`larger than ${MAX_FILE_BYTES} bytes`);
  return parseNetrc(decode(bytes));
}

/** UTF-8, else ISO-8859-1, which Basic sends back as the very same bytes. */
function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  }
}

const RECHECK_MS = 1000;

/**
 * The netrc file, parsed once and kept until it changes.
 *
 * The disk is asked at most once a second, and the file read again only when its path, inode, size or time of change differ. A file that is missing, unreadable
 * or malformed counts as absent.
 */
export class NetrcFile {
  readonly #files: FileSystem;
  readonly #nowMs: () => number;
  readonly #onUnusable: (path: string, reason: string) => void;
  #key: string | null = null;
  #checkedMs = Number.NEGATIVE_INFINITY;
  /** Path, inode, size and time of what `#netrc` was read from. */
  #version: string | null = null;
  #netrc: Netrc | null = null;

  constructor(files: FileSystem, nowMs: () => number, onUnusable: (path: string, reason: string) => void) {
    this.#files = files;
    this.#nowMs = nowMs;
    this.#onUnusable = onUnusable;
  }

  /**
   * Credentials for a host, or null.
   *
   * @param key What `paths` depends on: another key looks at once, whatever the clock says.
   */
  find(host: string, key: string, paths: () => readonly string[]): readonly [user: string, password: string] | null {
    const nowMs = this.#nowMs();
    if (key !== this.#key || nowMs - this.#checkedMs >= RECHECK_MS) {
      this.#key = key;
      this.#checkedMs = nowMs;
      this.#load(paths());
    }
    return this.#netrc && findCredentials(this.#netrc, host);
  }

  #load(paths: readonly string[]): void {
    const found = this.#locate(paths);
    const version = found && [found.path, found.stat.ino, found.stat.size, found.stat.mtimeMs].join('\0');
    if (version === this.#version) return;
    this.#version = version;
    this.#netrc = null;
    if (!found) return;
    try {
      this.#netrc = readNetrc(this.#files, found.path, found.stat);
    } catch (error) {
      this.#onUnusable(found.path, describe(error));
    }
  }

  #locate(paths: readonly string[]): ReturnType<typeof locate> {
    try {
      return locate(this.#files, paths);
    } catch {
      // A directory that may not be looked into has no netrc file for us.
      return null;
    }
  }
}

/** Why a file was not used, in words that hold nothing of its contents. */
function describe(error: unknown): string {
  if (error instanceof NetrcParseError || error instanceof UnusableNetrc) return error.message;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : 'it cannot be read';
}
