/**
 * The stops of the tour. What a stop shows are the lines of its `run` in this very file (see tour.ts), and what it
 * prints is what they printed: the two cannot drift apart. `url` is the server that the tour has started.
 */
import requests, { BaseAdapter, HTTPError, type PreparedRequest, ReadTimeout, Response, Session } from 'requests-ts';
import { console } from './paper.ts';

export interface Stop {
  readonly title: string;
  run(url: string): Promise<void>;
}

export const stops: readonly Stop[] = [
  {
    title: 'Get a page',
    run: async (url) => {
      const response = await requests.get(`${url}/html`);
      console.log(response.statusCode, response.headers.get('content-type'), `${response.content.length} bytes`);
    },
  },
  {
    title: 'Parameters become the query',
    run: async (url) => {
      const response = await requests.get(`${url}/get`, { params: { q: 'fish & chips', page: [1, 2], sort: null } });
      console.log(response.url);
    },
  },
  {
    title: 'JSON out, JSON in',
    run: async (url) => {
      const response = await requests.post(`${url}/post`, { json: { name: 'Ada', born: 1815 } });
      console.log(response.json<{ json: unknown }>().json);
    },
  },
  {
    title: 'A form, as a browser sends it',
    run: async (url) => {
      const response = await requests.post(`${url}/post`, { data: { name: 'Ada', topics: ['engines', 'poems'] } });
      console.log(response.request?.body);
    },
  },
  {
    title: 'Headers, in any case',
    run: async (url) => {
      const response = await requests.get(`${url}/headers`, { headers: { 'X-Trace': 'abc' } });
      console.log(response.json());
      console.log(response.headers.get('CONTENT-TYPE'));
    },
  },
  {
    title: 'A status is no error until you say so',
    run: async (url) => {
      const response = await requests.get(`${url}/status/404`);
      console.log(response.ok, response.statusCode, response.reason);
      try {
        response.raiseForStatus();
      } catch (error) {
        if (error instanceof HTTPError) console.log(error.message);
      }
    },
  },
  {
    title: 'Redirects are followed, and remembered',
    run: async (url) => {
      const response = await requests.get(`${url}/redirect/2`);
      console.log(response.url);
      console.log(response.history.map((earlier) => earlier.statusCode));
    },
  },
  {
    title: 'A user name and a password',
    run: async (url) => {
      const response = await requests.get(`${url}/basic-auth/ada/lovelace`, { auth: ['ada', 'lovelace'] });
      console.log(response.statusCode, response.json());
    },
  },
  {
    title: 'A session keeps headers, cookies and connections',
    run: async (url) => {
      await using session = new Session({ headers: { 'User-Agent': 'tour/1.0' } });
      await session.get(`${url}/cookies/set/flavour/vanilla`);
      const response = await session.get(`${url}/cookies`);
      console.log(response.json());
    },
  },
  {
    title: 'Timeouts are seconds, as in Requests',
    run: async (url) => {
      try {
        await requests.get(`${url}/delay/5`, { timeout: 0.2 });
      } catch (error) {
        if (error instanceof ReadTimeout) console.log(error.message);
      }
    },
  },
  {
    title: 'A long answer, line by line while it arrives',
    run: async (url) => {
      await using response = await requests.get(`${url}/stream/3`, { stream: true });
      for await (const line of response.iterLines({ decodeUnicode: true })) {
        if (line) console.log(JSON.parse(line).id);
      }
    },
  },
  {
    title: 'Your own transport, on one prefix',
    run: async () => {
      class Memory extends BaseAdapter {
        async send(request: PreparedRequest) {
          return new Response({ request, statusCode: 200, body: `You asked for ${request.pathUrl}` });
        }
      }
      const session = new Session();
      session.mount('https://memory.example/', new Memory());
      const response = await session.get('https://memory.example/hello');
      console.log(response.text);
    },
  },
];
