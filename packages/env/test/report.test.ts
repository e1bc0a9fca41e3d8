import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEnvironment, describeEnvironment, type EnvironmentOptions } from '../src/index.ts';
import { CA_VARIABLES } from '../src/variables.ts';

/** Files that are there; what they hold is nobody's business here. */
const files = (...paths: string[]): EnvironmentOptions => ({
  stat: (path) => (paths.includes(path) ? { mtimeMs: 0, size: 0, ino: 0, isFile: () => true } : undefined),
});

describe('describeEnvironment', () => {
  it('has nothing to say of an empty environment', () => {
    const nothing = { proxies: [], noProxy: [], caBundle: null, netrc: null };
    expect(describeEnvironment({ env: { HOME: '/home/ada' }, ...files() })).toEqual(nothing);
    expect(describeEnvironment({ env: { http_proxy: '', NO_PROXY: '', SSL_CERT_FILE: '' }, ...files() })).toEqual(
      nothing,
    );
  });

  it('B-PROXY-04 names every variable that is set, the one that wins first', () => {
    const env = { HTTP_PROXY: 'http://a', http_proxy: 'http://u:p@b', ALL_PROXY: 'c', NO_PROXY: 'd', FTP_PROXY: 'e' };
    const { proxies, noProxy } = describeEnvironment({ env, ...files() });
    expect(proxies).toEqual([
      { name: 'http_proxy', value: 'http://u:p@b' },
      { name: 'HTTP_PROXY', value: 'http://a' },
      { name: 'ALL_PROXY', value: 'c' },
    ]);
    expect(noProxy).toEqual([{ name: 'NO_PROXY', value: 'd' }]);
  });

  it('names the CA bundle that an environment takes, whichever are set', () => {
    for (let set = 0; set < 1 << CA_VARIABLES.length; set++) {
      const names = CA_VARIABLES.filter((_, index) => set & (1 << index));
      const env = Object.fromEntries(names.map((name) => [name, `/${name}`]));
      expect(describeEnvironment({ env, ...files() }).caBundle?.value).toBe(createEnvironment({ env }).getCaBundle());
    }
  });

  it('finds the netrc file that an environment reads', () => {
    const home = join('/', 'home', 'ada');
    const env = { HOME: home, USERPROFILE: home };
    const find = (more: Record<string, string>, ...paths: string[]) =>
      describeEnvironment({ env: { ...env, ...more }, ...files(...paths) }).netrc;
    expect(find({}, join(home, '_netrc'))).toBe(join(home, '_netrc'));
    expect(find({}, join(home, '_netrc'), join(home, '.netrc'))).toBe(join(home, '.netrc'));
    expect(find({ NETRC: '~/mine' }, `${home}/mine`, join(home, '.netrc'))).toBe(`${home}/mine`);
    expect(find({ NETRC: '' }, join(home, '.netrc'))).toBeNull();
  });

  it('[J01] takes nothing off Object.prototype, and refuses an unknown option', () => {
    Object.assign(Object.prototype, { http_proxy: 'http://evil', SSL_CERT_FILE: '/evil' });
    try {
      expect(describeEnvironment({ env: {}, ...files() })).toMatchObject({ proxies: [], caBundle: null });
    } finally {
      for (const name of ['http_proxy', 'SSL_CERT_FILE']) Reflect.deleteProperty(Object.prototype, name);
    }
    expect(() => describeEnvironment({ environment: {} } as EnvironmentOptions)).toThrow(TypeError);
  });
});
