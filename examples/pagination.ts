// Walk through all pages of an API that says in its Link header where the next one is, as GitHub's does.
import { Session } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://api.github.com';

interface Repository {
  readonly name: string;
}

/** Every item of every page, asked for page by page. */
async function* items<T>(session: Session, url: string): AsyncGenerator<T> {
  for (let next: string | undefined = url; next !== undefined; ) {
    const response = await session.get(next, { params: next === url ? { per_page: 2 } : undefined });
    response.raiseForStatus();
    yield* response.json<T[]>();
    next = response.links.next?.url;
  }
}

await using session = new Session({ headers: { Accept: 'application/json' }, timeout: 10 });
for await (const { name } of items<Repository>(session, `${base}/orgs/analytical/repos`)) console.log(name);
