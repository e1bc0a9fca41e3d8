import type { Socket } from 'node:net';
import type { ConnectPhase } from '@requests-ts/node-transport';

/** Who wants to know how a connection comes about. */
export interface ConnectionWatcher {
  phase(phase: ConnectPhase): void;
  /** Called in the very turn in which TCP, or TLS, is ready. */
  ready(): void;
}

/** Follows a socket that an agent gave out, which may still be on its way. */
export function watchConnection(socket: Socket, { phase, ready }: ConnectionWatcher): void {
  const { connecting, secureConnecting } = socket as Socket & { secureConnecting?: boolean };
  if (secureConnecting) {
    phase(connecting ? 'tcp' : 'tls');
    if (connecting) socket.once('connect', () => phase('tls'));
    socket.once('secureConnect', ready);
  } else if (connecting) {
    phase('tcp');
    socket.once('connect', ready);
  } else ready();
}
