import { once } from 'node:events';
import { createReadStream, statSync } from 'node:fs';
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import https from 'node:https';
import { pipeline } from 'node:stream/promises';
import { gunzipSync } from 'node:zlib';
import { BY_HAND, type CreateClient, countBytes, POSTED, PROFILE } from '../client.ts';

function open(url: string, options: RequestOptions = {}): ClientRequest {
  return url.startsWith('https:') ? https.request(url, options) : http.request(url, options);
}

function answerTo(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
}

function read(message: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    message.on('data', (piece: Buffer) => pieces.push(piece));
    message.on('end', () => resolve(pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces)));
    message.on('error', reject);
  });
}

async function send(url: string, options: RequestOptions, body?: string): Promise<Buffer> {
  const request = open(url, options);
  const answer = answerTo(request);
  request.end(body);
  return read(await answer);
}

export const createClient: CreateClient = ({ file }) => {
  const length = statSync(file).size;
  const headers = { ...PROFILE.headers, cookie: BY_HAND.cookie, authorization: BY_HAND.authorization };
  return {
    get: async (url) => JSON.parse((await send(url, {})).toString()),
    gzip: async (url) => JSON.parse(gunzipSync(await send(url, {})).toString()),
    post: async (url) => {
      const options = { method: 'POST', headers: { 'content-type': 'application/json' } };
      return JSON.parse((await send(url, options, JSON.stringify(POSTED))).toString());
    },
    download: async (url) => {
      const [message] = (await once(open(url).end(), 'response')) as [IncomingMessage];
      return countBytes(message);
    },
    upload: async (url) => {
      const request = open(url, { method: 'POST', headers: { 'content-length': length } });
      const answer = answerTo(request);
      await pipeline(createReadStream(file), request);
      const message = await answer;
      await read(message);
      return message.statusCode;
    },
    session: async (url) => JSON.parse((await send(`${url}?${BY_HAND.query}`, { headers })).toString()),
  };
};
