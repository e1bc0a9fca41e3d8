export { codes } from '@requests-ts/core';
