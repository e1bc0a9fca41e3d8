/** Proxies that break on their first connection and are well on the next. */
import type { Socket } from 'node:net';
import {
  crlf,
  type Listener,
  type ProxyClient,
  type ProxyStep,
  type SocksStep,
  startProxy,
  startSocksServer,
} from '@requests-ts/testing';
import { type Action, STALL } from './model.ts';
import { GARBAGE, type Stagehand, sleep } from './target.ts';

/** A proxy that runs: how to reach it, once it is known where. */
export interface RunningProxy {
  readonly listener: Listener;
  /** Its URL on another port: that of a relay in front of it. */
  url(port: number, host?: string): string;
}

export const ESTABLISHED = crlf('HTTP/1.1 200 Connection established', 'Via: 1.1 test', '', '');
const PAUSE_MS = 60;

const STEPS: Readonly<Partial<Record<string, ProxyStep>>> = {
  'proxy-request': 'request',
  'proxy-answer': 'answer',
  'connect-answer': 'answer',
  tunnel: 'tunnel',
};

export async function startFaultyProxy(
  hand: Stagehand,
  tls: boolean,
  [user, password]: readonly [string, string],
): Promise<RunningProxy> {
  const { phase, action } = hand.scenario;
  const step = STEPS[phase];
  let armed = true;
  const fault = async (client: ProxyClient): Promise<boolean> => {
    if (!armed) return true;
    armed = false;
    const goesOn = await strikeProxy(client, hand);
    hand.played();
    return goesOn;
  };
  const proxy = await startProxy({
    tls,
    established: ESTABLISHED,
    split: phase === 'connect-answer' && action === 'drip' ? 'bytes' : 'whole',
    faults: step ? { [step]: fault } : {},
  });
  return {
    listener: proxy,
    url: (port, host = tls ? 'localhost' : '127.0.0.1') =>
      `http${tls ? 's' : ''}://${user}:${password}@${host}:${port}`,
  };
}

/** @returns True to go on. */
async function strikeProxy({ socket, reset }: ProxyClient, hand: Stagehand): Promise<boolean> {
  const { phase, action, variant, offset } = hand.scenario;
  const established = Buffer.from(ESTABLISHED);
  if (action === 'drip') return true;
  if (action === 'delay') {
    await sleep(PAUSE_MS);
    return true;
  }
  if (action === 'refuse') {
    socket.end(crlf(`HTTP/1.1 ${variant} Refused`, 'Content-Length: 7', '', 'refused'));
    return false;
  }
  if (phase === 'connect-answer') {
    if (action === 'excess') socket.write(Buffer.concat([established, GARBAGE]));
    else if (action === 'truncate')
      socket.end(Buffer.concat([established.subarray(0, offset), Buffer.from('\r\n\r\n')]));
    else if (action === 'trickle') return trickle(socket, established);
    else if (offset > 0) await write(socket, established.subarray(0, offset));
  }
  strikeSocket(socket, action, reset);
  return false;
}

function strikeSocket(socket: Socket, action: Action, reset: () => void): void {
  if (action === 'close') socket.end();
  else if (action === 'reset') setImmediate(reset);
  else if (action === 'garbage') socket.end(GARBAGE);
}

async function trickle(socket: Socket, bytes: Uint8Array): Promise<boolean> {
  for (const byte of bytes) {
    await sleep((STALL * 1000) / 4);
    if (socket.destroyed) break;
    socket.write(Buffer.of(byte));
  }
  return false;
}

function write(socket: Socket, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.write(bytes, () => resolve()));
}

const SOCKS_STEPS: Readonly<Partial<Record<string, SocksStep>>> = {
  'socks-greeting': 'greeting',
  'socks-auth': 'auth',
  'socks-reply': 'connect',
};

export async function startFaultySocks(
  hand: Stagehand,
  version: 4 | 5,
  credentials: readonly [string, string],
): Promise<RunningProxy> {
  const { phase } = hand.scenario;
  const step = SOCKS_STEPS[phase];
  let armed = true;
  const fault = async (client: Socket, reply: Uint8Array): Promise<boolean> => {
    if (!armed) {
      client.write(reply);
      return true;
    }
    armed = false;
    const goesOn = await strikeSocks(client, reply, hand);
    hand.played();
    return goesOn;
  };
  const auth = version === 5 ? credentials : undefined;
  const server = await startSocksServer({ version, auth, faults: step ? { [step]: fault } : {} });
  const [user, password] = credentials;
  return {
    listener: server,
    url: (port, host = '127.0.0.1') =>
      version === 4 ? `socks4a://${user}@${host}:${port}` : `socks5h://${user}:${password}@${host}:${port}`,
  };
}

async function strikeSocks(client: Socket, reply: Uint8Array, { scenario }: Stagehand): Promise<boolean> {
  const { action, offset, variant } = scenario;
  if (action === 'drip') {
    for (const byte of reply) {
      await write(client, Buffer.of(byte));
      await new Promise((resolve) => setImmediate(resolve));
    }
    return true;
  }
  if (action === 'delay') {
    await sleep(PAUSE_MS);
    client.write(reply);
    return true;
  }
  if (action === 'trickle') {
    // One byte, and the next one comes too late.
    client.write(reply.subarray(0, 1));
    return false;
  }
  if (action === 'excess') {
    client.write(Buffer.concat([reply, GARBAGE]));
    return false;
  }
  if (action === 'refuse') {
    const refusal = Buffer.from(reply);
    refusal[1] = Number(variant);
    client.end(refusal);
    return false;
  }
  if (offset > 0) await write(client, reply.subarray(0, offset));
  strikeSocket(client, action, () => client.resetAndDestroy());
  return false;
}
