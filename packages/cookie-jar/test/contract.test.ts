import { HTTPAdapter } from '@requests-ts/http';
import { describeAdapter } from '@requests-ts/testing';
import { CookieJarAdapter } from '../src/index.ts';

describeAdapter('CookieJarAdapter', () => new CookieJarAdapter(new HTTPAdapter()), {
  cookies: 'it keeps cookies: that is what it is for',
});
