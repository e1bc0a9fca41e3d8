export { CookieJarAdapter } from '@requests-ts/cookie-jar';
export { BaseAdapter, WrapperAdapter } from '@requests-ts/core';
export { AdapterMap } from '@requests-ts/core/authors';
export { DigestAuthAdapter } from '@requests-ts/digest-auth';
export { HTTPAdapter, hardened, publicAddressesOnly } from '@requests-ts/http';
export { MultipartAdapter } from '@requests-ts/multipart';
export { Retry, RetryAdapter } from '@requests-ts/retry';
