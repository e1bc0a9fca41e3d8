import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanCause, errorCode, errorText, formatMs } from './messages.ts';

const coded = (code: string, message = `connect ${code}`): Error => Object.assign(new Error(message), { code });

describe('errorText', () => {
  it("leaves out Node's advice for its command line, which is not ours and was cut in the middle", () => {
    const advice = 'if the root CA is installed locally, try running Node.js with --use-system-ca';
    expect(errorText(new Error(`unable to verify the first certificate; ${advice}`))).toBe(
      'unable to verify the first certificate',
    );
  });

  it('[pitfall 12] lists the errors of an AggregateError, whose own message is empty', () => {
    expect(
      errorText(
        new AggregateError(
          [
            coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:80'),
            coded('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:80'),
          ],
          '',
        ),
      ),
    ).toBe('connect ECONNREFUSED ::1:80; connect ECONNREFUSED 127.0.0.1:80');
  });

  it('[A14 CVE-2026-42507] escapes control bytes and cuts what a peer wrote', () => {
    expect(errorText(new Error('a\r\nb\x1b[31m'))).toBe('a\\x0d\\x0ab\\x1b[31m');
    expect(errorText(new Error('x'.repeat(5000))).length).toBeLessThan(120);
  });

  it('falls back to code and name', () => {
    expect([errorText(coded('EPIPE', '')), errorText(new TypeError()), errorText('text')]).toEqual([
      'EPIPE',
      'TypeError',
      'text',
    ]);
  });
});

describe('errorCode', () => {
  it('walks causes and gathered errors', () => {
    expect(errorCode(new Error('x', { cause: new Error('y', { cause: coded('EPIPE') }) }))).toBe('EPIPE');
    expect(errorCode(new AggregateError([coded('ECONNREFUSED')]))).toBe('ECONNREFUSED');
    expect([errorCode(new Error('x')), errorCode(undefined), errorCode('EPIPE')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('does not follow a cycle for ever', () => {
    const error = new Error('x');
    error.cause = error;
    expect(errorCode(error)).toBeUndefined();
  });
});

describe('cleanCause', () => {
  it('[A14] keeps name, code and address, and none of the objects that libraries hang on errors', () => {
    const error = Object.assign(coded('ECONNREFUSED'), {
      address: '127.0.0.1',
      port: 80,
      syscall: 'connect',
      options: { password: 'canary' },
      cert: { raw: 'canary' },
      data: Buffer.from('canary'),
    });
    const copy = cleanCause(error) as typeof error;
    expect(copy).toMatchObject({
      name: 'Error',
      message: 'connect ECONNREFUSED',
      code: 'ECONNREFUSED',
      address: '127.0.0.1',
      port: 80,
    });
    expect(inspect(copy, { depth: Infinity, showHidden: true })).not.toContain('canary');
    expect(copy.stack).toContain('messages.test.ts');
  });

  it('leaves what is no error alone', () => {
    expect(cleanCause('reason')).toBe('reason');
  });
});

describe('formatMs', () => {
  it.each([
    [3000, '3000 ms'],
    [50.4, '50 ms'],
    [1.5, '1.5 ms'],
    [0.04, '0.04 ms'],
  ])('%d is %s', (ms, expected) => {
    expect(formatMs(ms)).toBe(expected);
  });
});
