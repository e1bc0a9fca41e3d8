import { BaseAdapter, Headers, type PreparedRequest, Response } from '@requests-ts/core';

/** What the server of a script answers to one URL. */
export interface Answer {
  readonly status?: number;
  readonly location?: string;
  readonly setCookie?: readonly string[];
}

/** What it was asked. */
export interface Asked {
  readonly url: string;
  readonly cookie: string | undefined;
  readonly host: string | undefined;
}

/** Answers by URL, 200 where the script says nothing, and records what was sent. */
export class ScriptedAdapter extends BaseAdapter {
  readonly asked: Asked[] = [];
  readonly requests: PreparedRequest[] = [];
  readonly #script: Readonly<Record<string, Answer>>;
  closed = 0;

  constructor(script: Readonly<Record<string, Answer>> = {}) {
    super();
    this.#script = script;
  }

  /** The `Cookie` headers sent, in order. */
  get cookies(): (string | undefined)[] {
    return this.asked.map(({ cookie }) => cookie);
  }

  override async send(request: PreparedRequest): Promise<Response> {
    this.requests.push(request);
    this.asked.push({ url: request.url, cookie: request.headers.get('Cookie'), host: request.headers.get('Host') });
    const { status = 200, location, setCookie = [] } = this.#script[request.url] ?? {};
    // As from the wire, where nobody checks what a server writes.
    const lines = setCookie.flatMap((line) => ['Set-Cookie', line]);
    if (location !== undefined) lines.push('Location', location);
    return new Response({ request, statusCode: status, headers: Headers.received(lines), body: 'ok' });
  }

  override async close(): Promise<void> {
    this.closed++;
  }
}
