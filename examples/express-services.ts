// An Express app that asks other services: one session per service, made once, closed with the app.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import express from 'express';
import requests, { HTTPAdapter, HTTPError, RetryAdapter, Session } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://api.example';

function createServices() {
  const accounts = new Session({ auth: ['app', 'secret'], timeout: { connect: 1, read: 5, total: 10 } });
  const search = new Session({ headers: { Accept: 'application/json' }, timeout: 2 });
  search.mount(`${base}/flaky/`, new RetryAdapter(new HTTPAdapter(), { total: 2, statusForcelist: [503] }));
  return { accounts, search };
}

const services = createServices();
const app = express();

app.get('/found', async (request, response) => {
  // A visitor who leaves takes the request to the service along.
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const answer = await services.search.get(`${base}/flaky/search`, {
    params: { q: String(request.query.q) },
    signal: gone.signal,
  });
  response.json(answer.raiseForStatus().json());
});

app.get('/account', async (_request, response) => {
  const answer = await services.accounts.get(`${base}/accounts/none`);
  response.json(answer.raiseForStatus().json());
});

app.use(((error, _request, response, next) => {
  if (!(error instanceof HTTPError)) return next(error);
  response.status(502).json({ error: `The service said ${error.response?.statusCode}` });
}) satisfies express.ErrorRequestHandler);

const server = app.listen(0, '127.0.0.1');
await once(server, 'listening');
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

for (const path of ['/found?q=engine', '/account']) {
  const response = await requests.get(`${url}${path}`);
  console.log(response.statusCode, response.json());
}

server.close();
await Promise.all(Object.values(services).map((session) => session.close()));
