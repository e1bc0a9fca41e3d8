import { createServer } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { createCertificates, type Listener, listen, writePemFiles } from '@requests-ts/testing';

/** A service that wants a client certificate, and the files that a client of it has. */
export async function startMutualTls(): Promise<
  Listener & { readonly url: string; readonly files: Readonly<Record<'ca' | 'cert' | 'key', string>> }
> {
  const { good, ca, client } = createCertificates();
  const server = createServer({ ...good, ca, requestCert: true, rejectUnauthorized: true }, ({ socket }, response) => {
    response.end(`Hello ${(socket as TLSSocket).getPeerCertificate().subject.CN}`);
  });
  const [listener, pem] = await Promise.all([
    listen(server),
    writePemFiles({ ca, cert: client.cert, key: client.key }),
  ]);
  const { close: stop } = listener;
  const close = async (): Promise<void> => {
    await stop();
    await pem.remove();
  };
  return Object.assign(listener, { url: `https://127.0.0.1:${listener.port}`, files: pem.paths, close });
}
