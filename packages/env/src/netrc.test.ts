import { describe, expect, it } from 'vitest';
import { findCredentials, NetrcParseError, parseNetrc } from './netrc.ts';

const find = (text: string, host: string): readonly [string, string] | null => findCredentials(parseNetrc(text), host);

describe('parseNetrc', () => {
  it('B-NETRC-03 reads login and password, on one line or several', () => {
    expect(find('machine c.example login u password p', 'c.example')).toEqual(['u', 'p']);
    expect(find('machine c.example\n\tlogin u\n\tpassword p\n', 'c.example')).toEqual(['u', 'p']);
    expect(find('machine c.example\r\nlogin u\r\npassword p\r\n', 'c.example')).toEqual(['u', 'p']);
    expect(find('machine c.example password p user u', 'c.example')).toEqual(['u', 'p']);
  });

  it('B-NETRC-03 takes the account where the login is missing, and "" for what is missing', () => {
    expect(find('machine h account a password p', 'h')).toEqual(['a', 'p']);
    expect(find('machine h login u account a password p', 'h')).toEqual(['u', 'p']);
    expect(find('machine h login u', 'h')).toEqual(['u', '']);
    expect(find('machine h password p', 'h')).toEqual(['', 'p']);
    expect(find('machine h login "" password ""', 'h')).toBeNull();
  });

  it('B-NETRC-03 gives null for an entry without data, a bare default included', () => {
    expect(find('machine h', 'h')).toBeNull();
    expect(find('default', 'h')).toBeNull();
    expect(find('', 'h')).toBeNull();
    expect(find('machine h default login u password p', 'h')).toBeNull();
  });

  it('B-NETRC-02 finds a name beyond ASCII by what stands in a prepared URL', () => {
    const text =
      'machine Bücher.example login u password p\nmachine ☃.example login v password w\ndefault login d password q';
    expect(find(text, 'xn--bcher-kva.example')).toEqual(['u', 'p']);
    expect(find(text, 'xn--n3h.example')).toEqual(['d', 'q']);
  });

  it('B-NETRC-02 compares names with case, and falls back to default', () => {
    const text =
      'machine Example.com login u password p\ndefault login d password q\nmachine b.example login x password y';
    expect(find(text, 'example.com')).toEqual(['d', 'q']);
    expect(find(text, 'Example.com')).toEqual(['u', 'p']);
    expect(find(text, 'b.example')).toEqual(['x', 'y']);
    expect(find('machine h login u password p', 'H')).toBeNull();
  });

  it('takes the last of two entries with one name', () => {
    expect(find('machine h login a password b machine h login c password d', 'h')).toEqual(['c', 'd']);
  });

  it('B-NETRC-03 understands quotes and backslashes', () => {
    expect(find('machine h login "a b" password "p\\"q\\\\r"', 'h')).toEqual(['a b', 'p"q\\r']);
    expect(find('machine h login a\\ b password p"q', 'h')).toEqual(['a b', 'p"q']);
    expect(find('machine "h" login u password "line\none"', 'h')).toEqual(['u', 'line\none']);
  });

  it('B-NETRC-03 understands comments, and passwords that look like one', () => {
    const text =
      '# one machine x\nmachine h # two login no\n login u #three\n password #p#q\n#four\nmachine g login v password w #';
    expect(find(text, 'h')).toEqual(['u', '#p#q']);
    expect(find(text, 'g')).toEqual(['v', 'w']);
  });

  it('B-NETRC-03 skips macros up to an empty line', () => {
    const text =
      'macdef init\ncd /pub\nmachine evil login x password y\n\nmachine h login u password p\nmacdef end\nbye\n\n';
    expect(find(text, 'h')).toEqual(['u', 'p']);
    expect(find(text, 'evil')).toBeNull();
    expect(parseNetrc(text).macros).toEqual(
      new Map([
        ['init', ['cd /pub', 'machine evil login x password y']],
        ['end', ['bye']],
      ]),
    );
    expect(find('machine h login u password p macdef m\r\nx\r\n\r\nmachine g login a password b', 'g')).toEqual([
      'a',
      'b',
    ]);
  });

  it('keeps keywords that stand for a value', () => {
    expect(find('machine h login machine password default', 'h')).toEqual(['machine', 'default']);
  });

  it('[A09 CVE-2022-35260] reads a file that ends without a newline, anywhere', () => {
    const text = 'machine h login u password p';
    for (let end = 0; end <= text.length; end++) {
      try {
        parseNetrc(text.slice(0, end));
      } catch (error) {
        expect(error).toBeInstanceOf(NetrcParseError);
      }
    }
    expect(find('machine h login u password', 'h')).toEqual(['u', '']);
  });

  it.each([
    ['an unknown word', 'machine h login u password p\nport 80', 2],
    ['an unknown word at the top', 'hello', 1],
    ['a missing name', 'machine', 1],
    ['a missing macro name', '\n\nmacdef', 3],
    ['an open quote', 'machine h password "s3cret', 1],
    ['a macro without end', 'macdef m\nx\ny', 3],
    ['a long line', `\nmachine h login u password p${' '.repeat(16_384)}`, 2],
    ['a long word', `machine h password ${'s'.repeat(4_097)}`, 1],
  ])('B-NETRC-04 [A09] throws for %s, naming the line and no word of it', (_what, text, lineno) => {
    try {
      parseNetrc(text);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NetrcParseError);
      expect((error as NetrcParseError).lineno).toBe(lineno);
      expect((error as NetrcParseError).message).toMatch(/^[A-Z][A-Za-z0-9 ]+ \(netrc, line [0-9]+\)$/);
      expect((error as NetrcParseError).message).not.toMatch(/s3cret|sss|hello|port/);
    }
  });

  it('[J02] keeps names such as __proto__ apart', () => {
    const text = 'machine __proto__ login u password p machine constructor login a password b';
    expect(find(text, '__proto__')).toEqual(['u', 'p']);
    expect(find(text, 'constructor')).toEqual(['a', 'b']);
    expect(find(text, 'toString')).toBeNull();
  });

  it('[A09] survives 100,000 random files: a result or a NetrcParseError, in time', () => {
    const words = [
      'machine',
      'default',
      'login',
      'password',
      'account',
      'macdef',
      'user',
      ' ',
      '\n',
      '\n\n',
      '"',
      '\\',
      '#',
      'h',
      '\0',
      '\r',
      '\u2028',
      '\ud800',
    ];
    let seed = 1;
    const random = (n: number): number => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    let parsed = 0;
    for (let file = 0; file < 100_000; file++) {
      let text = '';
      for (let count = random(24); count > 0; count--)
        text += words[random(words.length)]! + (random(3) === 0 ? '' : ' ');
      try {
        parseNetrc(text);
        parsed++;
      } catch (error) {
        if (!(error instanceof NetrcParseError)) throw error;
      }
    }
    expect(parsed).toBeGreaterThan(1_000);
    expect(parsed).toBeLessThan(99_000);
  });
});
