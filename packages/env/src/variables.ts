import { InvalidProxyURL, RequestException } from '@requests-ts/core';

/** Environment variables by name. */
export type Env = Readonly<Record<string, string | undefined>>;

/** Which CA bundle is trusted: the first that is not empty. */
export const CA_VARIABLES: readonly string[] = ['REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'];
/** Which hosts no proxy is for: the first that is not empty. */
export const NO_PROXY_VARIABLES: readonly string[] = ['no_proxy', 'NO_PROXY'];

/** No proxy, path or list that anybody means is longer; in UTF-16 units. */
const MAX_LENGTH = 65_536;
/** Control characters but tab, and what Node makes of bytes that are not UTF-8. */
const UNUSABLE = /[\x00-\x08\x0a-\x1f\x7f\ufffd]/;

/**
 * One variable, undefined when it is not set. What somebody put on `Object.prototype` is not set.
 *
 * @throws RequestException (InvalidProxyURL for a proxy) that names the variable, never its value, when it holds control characters, is not
 * UTF-8 or is longer than 64 KiB.
 */
export function readVariable(env: Env, name: string): string | undefined {
  const value = env[name];
  if (value === undefined || !Object.hasOwn(env, name)) return undefined;
  if (value.length > MAX_LENGTH || UNUSABLE.test(value)) {
    const Type = /^(?!no_proxy$).*_proxy$/i.test(name) ? InvalidProxyURL : RequestException;
    throw new Type(
      `The environment variable ${name} cannot be used: it is ${
        value.length > MAX_LENGTH
          ? `longer than ${MAX_LENGTH} characters`
          : 'not plain text (control characters or broken UTF-8)'
      }`,
    );
  }
  return value;
}
