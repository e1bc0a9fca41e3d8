/** Host names: the ASCII form that the wire uses (RFC 3986 §3.2.2, IDNA 2008), and the shapes that no two parsers read alike. */

/** What needs no second look: a dotted quad, or short labels of which the last begins with a letter. */
const USUAL = /^(?!.*xn--)(?:[a-z0-9-]+\.)*[a-z][a-z0-9-]*$/;
const ASCII_HOST = /^[a-z0-9._~!$&'()*+,;=-]+$/;
const QUAD = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/;
/** A last label that some resolver would read as a number, so that the whole host would be an IPv4 address there. */
const NUMERIC_END = /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/;
/** Letters, marks and digits that IDNA 2008 allows (RFC 5892) and UTS 46 leaves alone, the few others where they may stand (its appendix A). */
const IDNA_LABEL =
  /^(?=[^\u30fb]*$|.*[\p{sc=Hira}\p{sc=Kana}\p{sc=Han}])(?:(?![\u20d0-\u20ff\p{DI}\p{Me}\u0640\u07fa\u1100-\u11ff\u1c80-\u1c88\u3031-\u3035\u303b\ua960-\ua97c\ud7b0-\ud7fb])[\p{L}\p{M}\p{Nd}\-\u06fd\u06fe\u0f0b\u3007\u30fb]|[\u200c\u200d]|(?<=l)\u00b7(?=l)|\u0375(?=\p{sc=Greek})|(?<=\p{sc=Hebrew})[\u05f3\u05f4])+$/u;

/**
 * The host as it goes on the wire: lower case, IDNA-encoded, brackets of IPv6 kept.
 *
 * Stricter than Requests where parsers disagree (security classes C01-C03): an address must be a strict dotted quad, and a host that WHATWG
 * `URL` reads differently is refused, since everything around us uses that one.
 *
 * @param host Not empty; without userinfo and port.
 * @returns undefined when it is not a host.
 */
export function normalizeHost(host: string): string | undefined {
  if (host.length <= 63 && (USUAL.test(host) || QUAD.test(host))) return host;
  if (host.startsWith('[')) return normalizeIpv6(host);
  // No name of 253 characters comes from more than twice as many.
  const ascii = host.length > 508 ? undefined : /[^\x00-\x7f]/.test(host) ? domainToAscii(host) : host.toLowerCase();
  if (ascii === undefined || ascii.replace(/\.$/, '').length > 253) return undefined;
  const labels = ascii.split('.');
  if (labels.some((label) => label.length > 63 || !isDecodable(label))) return undefined;
  if (NUMERIC_END.test(ascii)) return QUAD.test(ascii) ? ascii : undefined;
  if (!ASCII_HOST.test(ascii) || ascii.startsWith('*') || ascii.startsWith('.')) return undefined;
  return whatwgHost(ascii) === ascii ? ascii : undefined;
}

/** False for an `xn--` label that decodes to nothing, or to what needs no encoding. Beside a name beyond ASCII the platform decodes every label. */
function isDecodable(label: string): boolean {
  return !label.startsWith('xn--') || whatwgHost(`${label}.\u00fc`) === `${label}.xn--tda`;
}

function normalizeIpv6(host: string): string | undefined {
  const lower = host.toLowerCase();
  return /^\[[0-9a-f:.]+\]$/.test(lower) && whatwgHost(lower) !== undefined ? lower : undefined;
}

/** The bytes of an IP literal in one spelling, so that `[::1]` and `[0:0::1]` compare equal; other hosts as they are. */
export function canonicalHost(host: string): string {
  return host.startsWith('[') ? (whatwgHost(host) ?? host) : host;
}

function whatwgHost(host: string): string | undefined {
  try {
    return new URL(`http://${host}/`).hostname;
  } catch {
    return undefined;
  }
}

/**
 * IDNA 2008, without the mappings of UTS 46: a name that only a mapping makes valid (full-width letters, ☃) is refused, as in Requests, and one
 * whose lower case the platform writes differently, too.
 */
function domainToAscii(host: string): string | undefined {
  for (const char of host) {
    const lower = char.toLowerCase();
    // A character beyond ASCII whose lower case is ASCII (the Kelvin sign) would pass for another one.
    if (char > '\x7f' ? /[\x00-\x7f]/.test(lower) : !ASCII_HOST.test(lower)) return undefined;
  }
  const lower = host.toLowerCase();
  for (const label of lower.split('.')) {
    if (!/[^\x00-\x7f]/.test(label)) continue;
    const valid =
      IDNA_LABEL.test(label) &&
      label.normalize('NFKC') === label &&
      !/^-|-$|^..--|^\p{M}/u.test(label) &&
      !label.normalize('NFD').includes('\u0345');
    if (!valid) return undefined;
  }
  const ascii = whatwgHost(lower);
  return ascii === whatwgHost(host) ? ascii : undefined;
}
