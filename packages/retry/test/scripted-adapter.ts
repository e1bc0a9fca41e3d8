import { BaseAdapter, type PreparedRequest, Response, type ResponseInit, type SendOptions } from '@requests-ts/core';

/** One step: an error to reject with, an answer, or a function that makes one of them. */
export type Step =
  | Error
  | Partial<ResponseInit>
  | ((request: PreparedRequest, options: SendOptions) => Promise<Response>);

/** A leaf that plays a script, the last step for ever, and records what it was asked. */
export class ScriptedAdapter extends BaseAdapter {
  readonly requests: PreparedRequest[] = [];
  readonly options: SendOptions[] = [];
  closed = 0;
  readonly #steps: readonly Step[];

  constructor(...steps: readonly Step[]) {
    super();
    this.#steps = steps;
  }

  get count(): number {
    return this.requests.length;
  }

  override async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const step = this.#steps[Math.min(this.count, this.#steps.length - 1)]!;
    this.requests.push(request);
    this.options.push(options);
    if (step instanceof Error) throw step;
    return typeof step === 'function' ? step(request, options) : new Response({ request, statusCode: 200, ...step });
  }

  override async close(): Promise<void> {
    this.closed++;
  }
}

/** A body on the wire that notes whether it was read to its end or dropped. */
export class WireBody implements AsyncIterable<Uint8Array> {
  state: 'unread' | 'read' | 'dropped' | 'broken' = 'unread';
  readonly #chunks: number;
  readonly #breaks: Error | null;

  constructor(chunks = 2, breaks: Error | null = null) {
    this.#chunks = chunks;
    this.#breaks = breaks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < this.#chunks; i++) yield new Uint8Array(1024);
    if (this.#breaks) {
      this.state = 'broken';
      throw this.#breaks;
    }
    this.state = 'read';
  }

  close(): void {
    this.state = 'dropped';
  }
}
