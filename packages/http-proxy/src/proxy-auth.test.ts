import { ProxyError } from '@requests-ts/core';
import { describe, expect, it } from 'vitest';
import { createNegotiate, isConnectionBound, toChallenge } from './proxy-auth.ts';

const NEGOTIATE = toChallenge({ 'proxy-authenticate': ['Basic realm="a"', 'Negotiate'] });

function kerberos(token: string | null) {
  const asked: unknown[] = [];
  const module = {
    GSS_MECH_OID_SPNEGO: 'spnego',
    initializeClient: async (service: string, options: object) => {
      asked.push(service, options);
      const step = async (challenge: string): Promise<string | null> => {
        asked.push(challenge);
        return token;
      };
      return { step };
    },
  };
  return { asked, load: async () => module };
}

describe('createNegotiate', () => {
  it('asks for a ticket of the proxy, by its host', async () => {
    const { asked, load } = kerberos('YII=');
    expect(await createNegotiate('proxy.corp.example', load)(NEGOTIATE)).toEqual({
      headers: { 'Proxy-Authorization': 'Negotiate YII=' },
    });
    expect(asked).toEqual(['HTTP@proxy.corp.example', { mechOID: 'spnego' }, '']);
  });

  it.each([
    [
      'the proxy offers something else',
      toChallenge({ 'proxy-authenticate': 'Basic realm="a"' }),
      kerberos('x').load,
      'not Negotiate',
    ],
    ['the proxy offers nothing', toChallenge({}), kerberos('x').load, 'nothing'],
    ['there is no package', NEGOTIATE, () => Promise.reject(new Error('not found')), 'npm install kerberos'],
    ['there is no token', NEGOTIATE, kerberos(null).load, 'no token'],
    [
      'there is no ticket',
      NEGOTIATE,
      async () => ({ initializeClient: () => Promise.reject(new Error('No credentials')) }),
      'klist',
    ],
  ])('fails with ProxyError when %s', async (_what, challenge, load, text) => {
    const answer = createNegotiate('proxy', load as never);
    const error = await (async () => answer(challenge))().then(
      () => null,
      (reason: Error) => reason,
    );
    expect(error).toBeInstanceOf(ProxyError);
    expect(error!.message).toContain(text);
  });
});

describe('toChallenge', () => {
  it.each([
    [{ 'proxy-authenticate': 'Negotiate' }, 'Negotiate'],
    [{ 'proxy-authenticate': ['NTLM', 'Negotiate'] }, 'NTLM'],
    [{ 'proxy-authenticate': 'Basic realm="a b"' }, 'Basic'],
    [{ 'proxy-authenticate': 'Negotiate, Basic realm="a"' }, 'Negotiate'],
    [{}, ''],
  ])('%o has the scheme %s', (headers, scheme) => {
    expect(toChallenge(headers).scheme).toBe(scheme);
  });

  it('[G03] knows the schemes that authenticate a connection', () => {
    expect(
      ['negotiate', 'NTLM', 'Basic', 'Digest', 'Bearer', ''].map((scheme) =>
        isConnectionBound({ ...NEGOTIATE, scheme }),
      ),
    ).toEqual([true, true, false, false, false, false]);
  });
});
