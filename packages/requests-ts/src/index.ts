/**
 * Python's Requests for TypeScript.
 *
 *     import requests from 'requests-ts';
 *     const response = await requests.get('https://api.example/items', { params: { page: 2 }, timeout: 5 });
 *     console.log(response.statusCode, response.json());
 */
import { Headers, PreparedRequest, Response } from '@requests-ts/core';
import { codes } from '@requests-ts/core/status-codes';
import * as adapters from './adapters.ts';
import { del, get, head, options, patch, post, put, request } from './api.ts';
import * as auth from './auth.ts';
import * as cookies from './cookies.ts';
import * as exceptions from './exceptions.ts';
import * as hooks from './hooks.ts';
import { Request } from './request.ts';
import { hardenedSession, Session, session } from './session.ts';
import * as statusCodes from './status-codes.ts';
import * as structures from './structures.ts';
import * as utils from './utils.ts';

export { CookieConflictError, RequestsCookieJar } from '@requests-ts/cookie-jar';
export type * from '@requests-ts/core';
export { VERSION as __version__ } from '@requests-ts/core';
export { deserialize, serialize } from '@requests-ts/core/serialize';
export { MultipartEncoder, MultipartEncoderMonitor } from '@requests-ts/multipart';
export * from './adapters.ts';
export * from './auth.ts';
export { BaseUrlSession } from './base-url-session.ts';
export * from './exceptions.ts';
export {
  adapters,
  auth,
  codes,
  cookies,
  del,
  del as delete,
  exceptions,
  get,
  Headers,
  hardenedSession,
  head,
  hooks,
  options,
  PreparedRequest,
  patch,
  post,
  put,
  Request,
  Response,
  request,
  Session,
  session,
  statusCodes,
  structures,
  utils,
};

export const __title__ = 'requests-ts';
export const __description__ = 'HTTP for humans, in TypeScript.';
export const __license__ = 'Apache-2.0';

/** Everything under one name, as `import requests` gives it in Python. A bundler drops it, and what it names, where nobody asks for it. */
const requests: Requests = /* @__PURE__ */ Object.assign({}, exceptions, adapters, auth, {
  request,
  get,
  options,
  head,
  post,
  put,
  patch,
  delete: del,
  session,
  hardenedSession,
  Session,
  Request,
  PreparedRequest,
  Response,
  Headers,
  codes,
  adapters,
  auth,
  cookies,
  exceptions,
  hooks,
  statusCodes,
  structures,
  utils,
});
export default requests;

/** The type of the default export. */
export type Requests = typeof exceptions &
  typeof adapters &
  typeof auth & {
    readonly request: typeof request;
    readonly get: typeof get;
    readonly options: typeof options;
    readonly head: typeof head;
    readonly post: typeof post;
    readonly put: typeof put;
    readonly patch: typeof patch;
    readonly delete: typeof del;
    readonly session: typeof session;
    readonly hardenedSession: typeof hardenedSession;
    readonly Session: typeof Session;
    readonly Request: typeof Request;
    readonly PreparedRequest: typeof PreparedRequest;
    readonly Response: typeof Response;
    readonly Headers: typeof Headers;
    readonly codes: typeof codes;
    readonly adapters: typeof adapters;
    readonly auth: typeof auth;
    readonly cookies: typeof cookies;
    readonly exceptions: typeof exceptions;
    readonly hooks: typeof hooks;
    readonly statusCodes: typeof statusCodes;
    readonly structures: typeof structures;
    readonly utils: typeof utils;
  };
