// Log in with a user name and a password.
import requests from 'requests-ts';

const base = process.env.BASE_URL ?? 'https://httpbin.org';
const url = `${base}/basic-auth/ada/lovelace`;

const refused = await requests.get(url);
console.log(refused.statusCode, refused.headers.get('www-authenticate'));

const accepted = await requests.get(url, { auth: ['ada', 'lovelace'] });
console.log(accepted.statusCode, accepted.json());
