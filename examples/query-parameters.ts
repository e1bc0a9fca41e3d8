// Let the library build the query string.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

const search = await requests.get(`${base}/get`, { params: { q: 'two words & more', page: 2, none: null } });
console.log(new URL(search.url).search);

const repeated = await requests.get(`${base}/get`, { params: { tag: ['a', 'b'] } });
console.log(new URL(repeated.url).search);

const ordered = await requests.get(`${base}/get`, {
  params: [
    ['10', 'first'],
    ['2', 'second'],
  ],
});
console.log(new URL(ordered.url).search);
