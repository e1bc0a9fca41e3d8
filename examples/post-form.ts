// Send a form, as a browser does.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

const response = await requests.post(`${base}/post`, { data: { name: 'Ada', topics: ['engines', 'poems'] } });

const { form } = response.json<{ form: Record<string, string | string[]> }>();
console.log(response.request?.headers.get('content-type'));
console.log(response.request?.body);
console.log(form);
