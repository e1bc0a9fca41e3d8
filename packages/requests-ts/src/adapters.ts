export { CookieJarAdapter } from '@requests-ts/cookie-jar';
export { AdapterMap, BaseAdapter, WrapperAdapter } from '@requests-ts/core';
export { DigestAuthAdapter } from '@requests-ts/digest-auth';
export { HTTPAdapter } from '@requests-ts/http';
export { MultipartAdapter } from '@requests-ts/multipart';
export { Retry, RetryAdapter } from '@requests-ts/retry';
