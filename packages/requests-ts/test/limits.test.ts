import { readFileSync } from 'node:fs';
import { RequestsCookieJar } from '@requests-ts/cookie-jar';
import { describe, expect, it } from 'vitest';
import { HARDENED } from '../src/defaults.ts';
import { HTTPAdapter, hardened, Retry, Session } from '../src/index.ts';

const repository = new URL('../../../', import.meta.url);
const page = readFileSync(new URL('docs/limits.md', repository), 'utf8');

/** The rows of a section: their cells, without marks. */
function rowsOf(section: string): string[][] {
  const start = page.indexOf(`\n## ${section}\n`);
  expect(start, section).toBeGreaterThan(0);
  const end = page.indexOf('\n## ', start + 1);
  const lines = page.slice(start, end < 0 ? undefined : end).split('\n');
  const rows = lines.filter((line) => line.startsWith('| `'));
  return rows.map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.replaceAll('`', '').trim()),
  );
}

/** As the page shows a value. */
function shown(value: unknown): string {
  if (value === undefined || value === null || value === Infinity) return 'none';
  if (typeof value === 'function') return value.name;
  if (typeof value !== 'object') return String(value);
  const { bytes, seconds } = value as { bytes?: number; seconds?: number };
  return `${bytes} in ${seconds}`;
}

describe('docs/limits.md', () => {
  const defaults = new HTTPAdapter().poolManager.settings as unknown as Record<string, unknown>;

  it.each(rowsOf('Of a transport'))(
    '[F04] [F06] tells default and preset of HTTPAdapter: %s',
    (name, byDefault, preset) => {
      const option = name!.replace(' *', '');
      const value = option === 'keepAliveTimeout' ? (defaults.keepAliveMs as number) / 1000 : defaults[option];
      expect(shown(value)).toBe(byDefault);
      expect(option in hardened ? shown(hardened[option as keyof typeof hardened]) : '-').toBe(preset);
    },
  );

  it('leaves out nothing that the preset sets, but that HTTP/2 is off', () => {
    const named = rowsOf('Of a transport').map(([name]) => name!.replace(' *', ''));
    expect(Object.keys(hardened).filter((option) => !named.includes(option))).toEqual(['http2']);
  });

  it.each(rowsOf('Of a session'))('[F09] tells default and preset of a session: %s', (name, byDefault, preset) => {
    const [first = '', second] = name!.split('.');
    const of = (settings: object): unknown => {
      const value = (settings as Record<string, unknown>)[first];
      return second === undefined ? value : (value as Record<string, unknown> | null)?.[second];
    };
    expect(shown(of(HARDENED))).toBe(preset);
    expect(shown(of(new Session()) ?? (byDefault === 'follow' ? 'follow' : undefined))).toBe(byDefault);
  });

  it('leaves out nothing that the preset of a session sets', () => {
    const named = rowsOf('Of a session').map(([name]) => name!.split('.')[0]);
    expect(new Set(named)).toEqual(new Set(Object.keys(HARDENED)));
  });

  it.each(rowsOf('Of RetryAdapter'))('[F15] tells the default of RetryAdapter: %s', (name, byDefault) => {
    expect(String(new Retry()[name as 'retryAfterMax' | 'backoffMax'])).toBe(byDefault);
  });

  it('[I04] tells the defaults of a cookie jar, all of them', () => {
    const limits = Object.entries(new RequestsCookieJar().getPolicy()).filter(([, value]) => typeof value === 'number');
    expect(rowsOf('Of a cookie jar').map(([name, value]) => [name, Number(value)])).toEqual(limits);
  });

  it.each(rowsOf('Fixed'))('tells %s as it stands in the code', (name, value, path) => {
    const source = readFileSync(new URL(path!, repository), 'utf8');
    const [, text = ''] = new RegExp(`^(?:export )?const ${name}(?:: number)? = ([\\d_ *<]+);`, 'm').exec(source) ?? [];
    const numbers = text
      .replaceAll('_', '')
      .split('*')
      .map((part) => part.split('<<').map(Number));
    const product = numbers.reduce((all, [base = Number.NaN, shift = 0]) => all * base * 2 ** shift, 1);
    expect(product).toBe(Number(value));
  });
});
