import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';

describeAdapter('HTTPAdapter', () => new HTTPAdapter(), {
  // What matters of it is in wire.test.ts.
  bodiless: 'undici drops the connection after a 304 or 204 that announces a length, lest its body comes after all',
});
