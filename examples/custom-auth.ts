// Sign requests your own way.
import { createHmac } from 'node:crypto';
import requests, { AuthBase, type PreparedRequest } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

class SignatureAuth extends AuthBase {
  readonly #key: string;

  constructor(key: string) {
    super();
    this.#key = key;
  }

  authenticate(request: PreparedRequest): PreparedRequest {
    const signature = createHmac('sha256', this.#key).update(`${request.method} ${request.pathUrl}`).digest('hex');
    request.headers.set('X-Signature', signature);
    return request;
  }
}

const response = await requests.get(`${base}/headers`, { auth: new SignatureAuth('secret') });
const { headers } = response.json<{ headers: Record<string, string> }>();
console.log(headers['X-Signature']);
