// Test your own code without a network: mount an adapter that answers from a table, and look at what was asked.
import assert from 'node:assert/strict';
import { BaseAdapter, type PreparedRequest, Response, type ResponseInit, Session } from 'requests-ts';

// What is to be tested: it takes the session, so that a test can give it another one.
async function cityOf(session: Session, user: string): Promise<string> {
  const response = await session.get(`https://users.example/v1/${encodeURIComponent(user)}`);
  if (response.statusCode === 404) return 'nowhere';
  return response.raiseForStatus().json<{ city: string }>().city;
}

type Answer = Omit<ResponseInit, 'request'>;

class FakeAdapter extends BaseAdapter {
  readonly sent: PreparedRequest[] = [];
  readonly #answers: ReadonlyMap<string, Answer>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    super();
    this.#answers = new Map(Object.entries(answers));
  }

  async send(request: PreparedRequest): Promise<Response> {
    this.sent.push(request);
    return new Response({
      request,
      ...(this.#answers.get(`${request.method} ${request.pathUrl}`) ?? { statusCode: 404 }),
    });
  }
}

const fake = new FakeAdapter({
  'GET /v1/ada': { statusCode: 200, headers: { 'Content-Type': 'application/json' }, body: '{"city": "London"}' },
  'GET /v1/broken': { statusCode: 500 },
});
const session = new Session({ headers: { 'X-App': 'atlas' }, adapters: { 'https://users.example/': fake } });

assert.equal(await cityOf(session, 'ada'), 'London');
assert.equal(await cityOf(session, 'nobody'), 'nowhere');
await assert.rejects(cityOf(session, 'broken'), { name: 'HTTPError' });
assert.equal(fake.sent[0]?.headers.get('X-App'), 'atlas');
console.log(fake.sent.map(({ method, url }) => `${method} ${url}`).join('\n'));
