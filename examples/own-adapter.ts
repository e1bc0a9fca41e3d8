// Answer requests yourself: a whole transport in ten lines, mounted on one prefix.
import { BaseAdapter, type PreparedRequest, Response, Session } from '@requests-ts/core';

class MemoryAdapter extends BaseAdapter {
  readonly #pages = new Map([['/hello', 'Hello from memory']]);

  async send(request: PreparedRequest): Promise<Response> {
    const body = this.#pages.get(request.pathUrl);
    return new Response({ request, statusCode: body === undefined ? 404 : 200, body: body ?? 'No such page' });
  }
}

const session = new Session();
session.mount('https://memory.example/', new MemoryAdapter());

for (const page of ['hello', 'goodbye']) {
  const response = await session.get(`https://memory.example/${page}`);
  console.log(response.statusCode, response.text);
}
