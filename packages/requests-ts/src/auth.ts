export { AuthBase, HTTPBasicAuth, HTTPProxyAuth } from '@requests-ts/core';
export { HTTPDigestAuth } from '@requests-ts/digest-auth';
