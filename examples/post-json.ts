// Send JSON.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

const response = await requests.post(`${base}/post`, { json: { name: 'Ada', born: 1815 } });

const { json } = response.json<{ json: unknown }>();
console.log(response.request?.headers.get('content-type'));
console.log(json);
