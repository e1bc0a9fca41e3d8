/** The statuses that redirect (RFC 9110 §15.4); 300 and 304 do not. */
export const REDIRECT_STATI: readonly number[] = [301, 302, 303, 307, 308];

export function isRedirectStatus(status: number): boolean {
  return status >= 301 && REDIRECT_STATI.includes(status);
}
