import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import { Request as CoreRequest, type PrepareFields } from '@requests-ts/core';
import { encodeFiles } from './defaults.ts';

/** A request that can be prepared without a session, cookies and files included. */
export class Request extends CoreRequest {
  protected override prepareFields(): PrepareFields {
    return { ...super.prepareFields(), encodeFiles, jar: new RequestsCookieJar() };
  }
}
