// biome-ignore-all lint/correctness/noUndeclaredDependencies: it runs where the packages are installed.
// CommonJS: Node gives ES modules to require().
const { deepStrictEqual: same } = require('node:assert');
const requests = require('requests-ts');
const { HTTPAdapter, RetryAdapter } = requests;

async function main() {
  const response = await requests.get(`${process.env.BASE_URL}/get`, { params: { q: 'a b' } });
  same([response.statusCode, response.json().args], [200, { q: 'a b' }]);
  const session = new requests.Session();
  session.mount('http://', new RetryAdapter(new HTTPAdapter(), 1));
  same((await session.get(`${process.env.BASE_URL}/status/204`)).statusCode, 204);
  await session.close();
  console.log('done');
}

void main();
