export { codes } from '@requests-ts/core/status-codes';
