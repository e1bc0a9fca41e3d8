// Digest authentication: the password never leaves the machine, and the challenge is remembered.
import { HTTPDigestAuth, Session } from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';

await using session = new Session();
session.auth = new HTTPDigestAuth('ada', 'secret');

for (let i = 0; i < 2; i++) {
  const response = await session.get(`${base}/digest-auth/auth/ada/secret/SHA-256`);
  console.log(
    response.statusCode,
    response.history.map((earlier) => earlier.statusCode),
  );
}
