/** What a session may take from the process around it: proxies, CA bundle and netrc credentials. */
export { createEnvironment, type EnvironmentOptions, getNetrcAuth } from './environment.ts';
export { addressInNetwork, dottedNetmask, isIpv4Address, isValidCidr } from './ipv4.ts';
export { findCredentials, type Netrc, type NetrcEntry, NetrcParseError, parseNetrc } from './netrc.ts';
export type { FileStat } from './netrc-file.ts';
export { getEnvironProxies, shouldBypassProxies } from './proxies.ts';
export { describeEnvironment, type EnvironmentReport, type EnvironmentVariable } from './report.ts';
export type { Env } from './variables.ts';
