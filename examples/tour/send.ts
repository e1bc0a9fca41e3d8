import requests, { exceptions, type Response } from 'requests-ts';
import { colour } from './paper.ts';

/** What to look at first, by the class of the failure; the most special class comes first. */
const advice: readonly (readonly [type: { is(value: unknown): boolean }, text: string])[] = [
  [exceptions.InvalidSchema, 'Only http:// and https:// are spoken here.'],
  [exceptions.MissingSchema, 'Write the scheme too, such as https://example.com/.'],
  [exceptions.InvalidURL, 'A URL looks like https://example.com/path?query.'],
  [exceptions.SSLError, 'The server does not prove who it is. NODE_EXTRA_CA_CERTS names a file with more authorities.'],
  [exceptions.ProxyError, 'Look at HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY.'],
  [exceptions.Timeout, 'The server took too long.'],
  [exceptions.ConnectionError, 'Is the name spelt right, and does a server listen there?'],
];

/**
 * Sends one request and prints the answer: status line, headers, timing, body.
 *
 * @returns The exit status: 0 for any answer, 1 when there was none.
 */
export async function send(url: string, method: string): Promise<number> {
  const started = performance.now();
  try {
    const response = await requests.request(method, url, { timeout: [10, 30] });
    print(response, (performance.now() - started) / 1000);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    process.stderr.write(`${error.name}: ${error.message}\n`);
    const hint = advice.find(([type]) => type.is(error))?.[1];
    if (hint) process.stderr.write(`${hint}\n`);
    return 1;
  }
}

function print(response: Response, seconds: number): void {
  const { httpVersion = '?', statusCode, reason, history, elapsed, content, headers } = response;
  const line = (text = '') => process.stdout.write(`${text}\n`);
  for (const earlier of history) line(colour('dim', `${earlier.statusCode} ${earlier.reason} ${earlier.url}`));
  line(colour(response.ok ? 'green' : 'red', `HTTP/${httpVersion} ${statusCode} ${reason}`.trimEnd()));
  for (const [name, value] of headers) line(`${colour('cyan', name)}: ${value}`);
  line(colour('dim', `${elapsed.toFixed(3)} s to the head, ${seconds.toFixed(3)} s in all, ${content.length} bytes`));
  if (content.length === 0) return;
  line();
  line(body(response));
}

function body(response: Response): string {
  const type = response.headers.get('content-type') ?? '';
  if (/^application\/(?:.*\+)?json\b/.test(type)) {
    try {
      return JSON.stringify(response.json(), null, 2);
    } catch {
      return response.text; // Its content is not what its header says: shown as it is.
    }
  }
  if (/^text\/|xml|javascript|x-www-form-urlencoded/.test(type)) return response.text.trimEnd();
  return `(${response.content.length} bytes of ${type || 'unknown type'})`;
}
