/** Every default that this package picks on the user's behalf. */

import type { Body, DetectEncoding, EncodeFiles, Environment, SessionInit } from '@requests-ts/core';
import { createEnvironment } from '@requests-ts/env';
import { type Connector, HTTPAdapter, type HTTPAdapterOptions } from '@requests-ts/http';
import { createEncodeFiles } from '@requests-ts/multipart';
import { bodyLength } from '@requests-ts/node-transport';
import { detect } from 'chardet';

const loadSocks = async (): Promise<Connector> => (await import('@requests-ts/socks')).socksConnector;

/** The transport of `http://` and `https://`; SOCKS is loaded when a request first needs it. */
export function createTransport(options: Omit<HTTPAdapterOptions, 'connectors'> = {}): HTTPAdapter {
  return new HTTPAdapter({
    ...options,
    connectors: { socks: loadSocks, socks4: loadSocks, socks4a: loadSocks, socks5: loadSocks, socks5h: loadSocks },
  });
}

/** What `hardenedSession` presets beside its transport; seconds. */
export const HARDENED: SessionInit = Object.freeze({
  timeout: Object.freeze({ connect: 10, read: 30, total: 60 }),
  maxRedirects: 10,
  redirectPolicy: Object.freeze({ downgrade: 'refuse', crossOriginBody: 'refuse', sensitiveHeaders: '*' }),
  trustEnv: false,
});

/** Reads `process.env` and the user's netrc file when it is asked, so one serves every session. */
export const environment: Environment = createEnvironment();

/** Guesses a charset with the npm package chardet, as Requests does with its Python namesake. */
export const detectEncoding: DetectEncoding = (bytes) => detect(bytes);

/** Multipart bodies; files of `node:fs` are asked for their size, so that they go out with a length. */
export const encodeFiles: EncodeFiles = createEncodeFiles({
  sizeOf: (content) => bodyLength(content as Body) ?? undefined,
});
