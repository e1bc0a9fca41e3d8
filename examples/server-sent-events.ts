// Listen to Server-Sent Events, and stop when enough has been heard.
import requests, { type Response } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://live.example';

interface ServerSentEvent {
  readonly event: string;
  readonly data: string;
}

/** The events of a stream: fields line by line, an empty line ends one. */
async function* events(response: Response): AsyncGenerator<ServerSentEvent> {
  let event = 'message';
  let data: string[] = [];
  for await (const line of response.iterLines({ decodeUnicode: true, chunkSize: null })) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') };
      event = 'message';
      data = [];
      continue;
    }
    const [, field, value = ''] = /^([^:]*)(?:: ?(.*))?$/.exec(line) ?? [];
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
}

const headers = { Accept: 'text/event-stream', 'Cache-Control': 'no-store' };
// `await using` closes the connection as soon as this file ends, though the server would go on for ever.
await using response = await requests.get(`${base}/events`, { headers, stream: true });
response.raiseForStatus().encoding = 'utf-8';

for await (const { event, data } of events(response)) {
  console.log(event, JSON.parse(data));
  if (event === 'done') break;
}
