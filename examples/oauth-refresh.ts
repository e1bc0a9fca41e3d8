// Send an OAuth bearer token, and fetch a new one when the server says that it has expired: an auth that answers a challenge.
import { AuthBase, type AuthFlow, type PreparedRequest, Session } from 'requests-ts';

const base = process.env.SERVICE_URL ?? 'https://api.example';

class RefreshingAuth extends AuthBase {
  readonly #refresh: () => Promise<string>;
  #token: Promise<string> | undefined;

  constructor(refresh: () => Promise<string>) {
    super();
    this.#refresh = refresh;
  }

  async authenticate(request: PreparedRequest): Promise<PreparedRequest> {
    this.#token ??= this.#refresh();
    request.headers.set('Authorization', `Bearer ${await this.#token}`);
    return request;
  }

  // Yields requests and is handed their responses; the session sends them. Requests that fail side by side share one refresh.
  override async *authFlow(request: PreparedRequest): AuthFlow {
    await this.authenticate(request);
    const used = this.#token;
    const response = yield request;
    if (response.statusCode !== 401) return;
    if (this.#token === used) this.#token = undefined;
    yield await this.authenticate(request.copy());
  }
}

await using tokens = new Session({ auth: ['client-id', 'client-secret'] });
const auth = new RefreshingAuth(async () => {
  const response = await tokens.post(`${base}/oauth/token`, { data: { grant_type: 'client_credentials' } });
  const { access_token: token } = response.raiseForStatus().json<{ access_token: string }>();
  console.log('a new token');
  return token;
});

await using session = new Session({ auth });
for (let i = 0; i < 3; i++) {
  const response = await session.get(`${base}/api/me`);
  console.log(response.statusCode, response.history.length, response.json<{ user: string }>().user);
}
