// biome-ignore-all lint/correctness/noUndeclaredDependencies: it runs where the packages are installed.
// TypeScript: what the types promise is what comes.
import requests, { BaseAdapter, type PreparedRequest, type RequestOptions, Response, Session } from 'requests-ts';
import { info } from 'requests-ts/help';

class Greeter extends BaseAdapter {
  async send(request: PreparedRequest): Promise<Response> {
    return new Response({ request, statusCode: 200, body: 'hello' });
  }
}

const options: RequestOptions = { params: { q: 'a b' }, timeout: [3.05, 27] };
const response: Response = await requests.get(`${process.env.BASE_URL}/get`, options);
const { args } = response.json<{ args: Record<string, string> }>();
const session: Session = new Session();
session.mount('greet://', new Greeter());
const greeting: string = (await session.get('greet://anybody')).text;
await session.close();
if (args.q !== 'a b' || greeting !== 'hello' || info().requests.version === '')
  throw new Error('types and values differ');
console.log('done');
