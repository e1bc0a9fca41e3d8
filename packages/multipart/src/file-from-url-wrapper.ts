import { RequestException, type Response, type Session } from '@requests-ts/core';
import { redactUrl } from '@requests-ts/core/authors';

/** The answer does not say how long it is. */
export class FileNotSupportedError extends RequestException {
  override readonly name: string = 'FileNotSupportedError';
  override readonly code: string = 'ERR_FILE_NOT_SUPPORTED';
}

const PIECE_BYTES = 65_536;

/**
 * A download that is uploaded while it arrives: a part for `MultipartEncoder`.
 *
 *     const film = await FileFromURLWrapper.open('https://films.example/1.mp4', session);
 *     const encoder = new MultipartEncoder({ file: ['1.mp4', film] });
 *
 * Asks for the bytes without a content coding, since the length counts what is on the wire. Read once; `close()` drops a download that is
 * not going to be uploaded.
 */
export class FileFromURLWrapper implements AsyncIterable<Uint8Array> {
  /** In bytes, as the server says. */
  readonly length: number;
  readonly replayable: boolean = false;
  readonly #response: Response;

  private constructor(response: Response, length: number) {
    this.#response = response;
    this.length = length;
  }

  /**
   * Begins the download.
   *
   * @throws HTTPError for a 4xx or 5xx; FileNotSupportedError when the answer has no numeric `Content-Length`.
   */
  static async open(url: string | URL, session: Pick<Session, 'get'>): Promise<FileFromURLWrapper> {
    const response = await session.get(url, { stream: true, headers: { 'Accept-Encoding': 'identity' } });
    const length = response.headers.get('Content-Length');
    try {
      response.raiseForStatus();
      if (length === undefined || !/^[0-9]{1,15}$/.test(length)) {
        throw new FileNotSupportedError(
          `No numeric Content-Length from ${redactUrl(response.url)}: the length of a part must be known`,
          {
            response,
          },
        );
      }
    } catch (error) {
      await response.close();
      throw error;
    }
    return new FileFromURLWrapper(response, Number(length));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    const { raw } = this.#response;
    try {
      for (let piece = await raw.read(PIECE_BYTES); piece.length > 0; piece = await raw.read(PIECE_BYTES)) yield piece;
    } finally {
      await this.close();
    }
  }

  /** Drops what was not read. */
  async close(): Promise<void> {
    await this.#response.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
