import {
  type BaseAdapter,
  type EncodeFiles,
  type PreparedRequest,
  type Response,
  type SendOptions,
  WrapperAdapter,
} from '@requests-ts/core';
import { encodeFiles } from './encode-files.ts';
import { member } from './member.ts';

/**
 * Sends multipart bodies on the prefix it is mounted on: an encoder's `Content-Type` is set, `FormData` is encoded.
 *
 *     session.mount('https://upload.example/', new MultipartAdapter(new HTTPAdapter()));
 *     await session.post('https://upload.example/films', { data: new MultipartEncoder(fields) });
 *
 * Every other request passes as it is; a `Content-Type` written by hand stays.
 */
export class MultipartAdapter extends WrapperAdapter {
  /** Encodes `FormData` here. */
  readonly encodeFiles: EncodeFiles;

  constructor(inner: BaseAdapter, encode: EncodeFiles = encodeFiles) {
    super(inner);
    this.encodeFiles = encode;
  }

  send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    return this.inner.send(this.#prepare(request), options);
  }

  /** The request with a multipart body; itself when there is nothing to do. */
  #prepare(request: PreparedRequest): PreparedRequest {
    const body: unknown = request.body;
    if (body instanceof FormData) {
      const encoded = this.encodeFiles(body, null);
      const copy = withContentType(request, encoded.contentType);
      copy.body = encoded.body;
      return copy;
    }
    return isMultipart(body) ? withContentType(request, body.contentType) : request;
  }
}

/** The caller's request is not ours to change. */
function withContentType(request: PreparedRequest, contentType: string): PreparedRequest {
  const copy = request.copy();
  copy.headers.setDefault('Content-Type', contentType);
  return copy;
}

/** An encoder or its monitor, also of another installed copy of this package. */
function isMultipart(body: unknown): body is { readonly contentType: string } {
  return (
    typeof body === 'object' &&
    body !== null &&
    typeof member(body, 'boundaryValue') === 'string' &&
    typeof member(body, 'contentType') === 'string'
  );
}
