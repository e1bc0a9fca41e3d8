/** An adapter without a network: it records what it is asked to send, reads the body as a transport would, and answers from a table. */

import type { SendOptions } from '../src/adapter.ts';
import { BaseAdapter } from '../src/adapter.ts';
import { isStreamBody, openBody } from '../src/body.ts';
import type { PreparedRequest } from '../src/prepared-request.ts';
import { Response } from '../src/response.ts';
import type { ResponseInit } from '../src/response-options.ts';

/** A request as it would have gone on the wire. */
export interface Sent {
  readonly method: string;
  readonly url: string;
  /** The target of the request line. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly lines: readonly (readonly [string, string])[];
  readonly body: string | null;
  readonly options: SendOptions;
  readonly request: PreparedRequest;
}

export type Answer = Partial<ResponseInit> | Error;
/** An answer, answers by turn (the last one repeats), or a function of the request and its turn (from 0). */
export type Answers = Answer | readonly Answer[] | ((sent: Sent, turn: number) => Answer | Promise<Answer>);

export class FakeAdapter extends BaseAdapter {
  readonly sent: Sent[] = [];
  closed = 0;
  readonly #answers: ReadonlyMap<string, Answers>;
  readonly #turns = new Map<string, number>();

  /** @param answers By URL without fragment; `*` answers the rest. */
  constructor(answers: Readonly<Record<string, Answers>> | Answers = {}) {
    super();
    const keys = typeof answers === 'function' || Array.isArray(answers) ? [] : Object.keys(answers);
    const table = keys.length > 0 && keys.every((key) => key === '*' || key.includes(':'));
    this.#answers = new Map(
      table ? Object.entries(answers as Readonly<Record<string, Answers>>) : [['*', answers as Answers]],
    );
  }

  async send(request: PreparedRequest, options: SendOptions): Promise<Response> {
    const sent = await record(request, options);
    this.sent.push(sent);
    const url = request.url.replace(/#.*/s, '');
    const key = this.#answers.has(url) ? url : '*';
    const turn = this.#turns.get(key) ?? 0;
    this.#turns.set(key, turn + 1);
    const answers = this.#answers.get(key) ?? { statusCode: 404 };
    const answer = Array.isArray(answers)
      ? (answers[Math.min(turn, answers.length - 1)] as Answer)
      : await (typeof answers === 'function' ? answers(sent, turn) : (answers as Answer));
    if (answer instanceof Error) throw answer;
    return new Response({ statusCode: 200, request, ...answer });
  }

  override async close(): Promise<void> {
    this.closed++;
  }

  /** The URLs in the order in which they were requested. */
  get urls(): string[] {
    return this.sent.map(({ url }) => url);
  }
}

async function record(request: PreparedRequest, options: SendOptions): Promise<Sent> {
  const { method, url, body } = request;
  let text: string | null = null;
  if (typeof body === 'string') text = body;
  else if (body instanceof Uint8Array) text = new TextDecoder().decode(body);
  else if (body !== null && isStreamBody(body)) {
    text = '';
    for await (const piece of openBody(body)) text += new TextDecoder().decode(piece);
  }
  const lines = [...request.headers.lines()];
  const headers = Object.fromEntries(request.headers.lowerItems());
  return {
    method,
    url,
    path: url.startsWith('http') ? request.pathUrl : url,
    headers,
    lines,
    body: text,
    options,
    request,
  };
}

export function redirect(
  statusCode: number,
  location: string,
  more: Partial<ResponseInit> = {},
): Partial<ResponseInit> {
  return { statusCode, reason: 'Moved', ...more, headers: { Location: location, ...(more.headers as object) } };
}
