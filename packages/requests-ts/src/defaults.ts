/** Every default that this package picks on the user's behalf. */
import { createEnvironment } from '@requests-ts/env';
import type { DetectEncoding, Environment } from '@requests-ts/core';
import { HTTPAdapter } from '@requests-ts/http';
import { detect } from 'chardet';

/** The transport of `http://` and `https://`. */
export function createTransport(): HTTPAdapter {
  return new HTTPAdapter();
}

/** Reads `process.env` and the user's netrc file when it is asked, so one serves every session. */
export const environment: Environment = createEnvironment();

/** Guesses a charset with the npm package chardet, as Requests does with its Python namesake. */
export const detectEncoding: DetectEncoding = (bytes) => detect(bytes);
