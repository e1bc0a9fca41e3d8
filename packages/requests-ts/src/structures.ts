/** Requests calls it `CaseInsensitiveDict`; it is the same class as `Headers`. */
export { Headers as CaseInsensitiveDict } from '@requests-ts/core';
