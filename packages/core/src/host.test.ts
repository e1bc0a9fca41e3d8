import { describe, expect, it } from 'vitest';
import { canonicalHost, normalizeHost } from './host.ts';

const label = (length: number): string => 'a'.repeat(length);

describe('normalizeHost', () => {
  it.each([
    ['EXAMPLE.com', 'example.com'],
    ['faß.de', 'xn--fa-hia.de'],
    ['日本語.jp', 'xn--wgv71a119e.jp'],
    ['xn--wgv71a119e.jp', 'xn--wgv71a119e.jp'],
    ['XN--WGV71A119E.JP', 'xn--wgv71a119e.jp'],
    ['xn--n3h.net', 'xn--n3h.net'],
    ['example.com.', 'example.com.'],
    ['bücher.', 'xn--bcher-kva.'],
    ['a..b', 'a..b'],
    ['例え.example..', 'xn--r8jz45g.example..'],
  ])('B-URL-09 B-DIFF-21 S15 [C03] writes %s as %s', (host, ascii) => {
    expect(normalizeHost(host)).toBe(ascii);
  });

  it.each([
    ['an ideographic full stop', 'example\u3002com'],
    ['a full-width full stop', 'example\uff0ecom'],
    ['a half-width full stop', 'example\uff61com'],
    ['a soft hyphen', 'exa\u00admple.com'],
    ['a zero-width space', 'exa\u200bmple.com'],
    ['a zero-width joiner out of place', 'exa\u200dmple.com'],
    ['a non-breaking space', 'exa\u00a0mple.com'],
    ['full-width letters', '\uff45\uff58ample.com'],
    ['a ligature', '\ufb01.com'],
    ['a snowman', '\u2603.net'],
    ['the Kelvin sign', '\u212aelvin.com'],
    ['a dotted capital I', '\u0130stanbul.com'],
    ['full-width digits', '\uff11\uff12\uff17.0.0.1'],
    ['Arabic digits as address', '\u0661.2.3.4'],
    ['an accent that is not composed', 'e\u0301.com'],
    ['an accent without a letter', '\u0301.com'],
    ['Hebrew and Latin in one label', 'aא.com'],
    ['a slash beyond ASCII', 'a\u2044b.com'],
    ['a division slash', 'example.com\u2215evil'],
    ['a variation selector, which the platform drops', 'exa\ufe0fmple.com'],
    ['another one', 'exa\u{e0100}mple.com'],
    ['a combining grapheme joiner', 'e\u034fxample.com'],
    ['a Khmer vowel that nobody sees', 'ក\u17b4.com'],
    ['an enclosing mark', 'я\u0488.com'],
    ['a mark for symbols', 'ü\u20dd.com'],
    ['a small letter that is mapped to another', '\u1c80ы.com'],
    ['a full-width at sign', 'a\uff20b.com'],
    ['a full-width colon', 'a\uff1a80.com'],
    ['a lone surrogate', 'a\ud800.com'],
    ['a private-use character', '\ue000.com'],
    ['an xn-- label that is no punycode', 'xn--a'],
    ['an xn-- label that is ASCII', 'xn--example-.com'],
    ['an empty xn-- label', 'a.xn--.b'],
    ['an xn-- label of what IDNA maps', 'xn--abc-.com'],
  ])('B-URL-09 B-DIFF-21 S15 [C03] refuses %s', (_, host) => {
    expect(normalizeHost(host)).toBeUndefined();
  });

  it('[C03] [C04] bounds the name at 253 characters and a label at 63, in their ASCII form', () => {
    expect(normalizeHost(label(63))).toBe(label(63));
    expect(normalizeHost(label(64))).toBeUndefined();
    expect(normalizeHost(`${'ü'.repeat(63)}.com`)).toBeUndefined();
    const longest = [label(63), label(63), label(63), label(61)].join('.');
    expect(longest).toHaveLength(253);
    expect(normalizeHost(longest)).toBe(longest);
    expect(normalizeHost(`${longest}.`)).toBe(`${longest}.`);
    expect(normalizeHost(`${longest}a`)).toBeUndefined();
    expect(normalizeHost(label(300))).toBeUndefined();
  });

  it.each([
    'a\0b',
    '\0',
    'a\x7fb',
    'a b',
    'a\tb',
    'a\nb',
    'a%00b',
    'a%62b',
    '%',
    'a/b',
    'a?b',
    'a#b',
    'a@b',
    'a:b',
    'a\\b',
    'a"b',
    '<a>',
    'a^b',
    'a`b',
    '{a}',
    'a|b',
    'a[b',
  ])('[C01] [C04] refuses %j', (host) => {
    expect(normalizeHost(host)).toBeUndefined();
    expect(normalizeHost(`ü.${host}`)).toBeUndefined();
  });

  it.each([
    ['[::1]', '[::1]'],
    ['[0:0:0:0:0:0:0:1]', '[::1]'],
    ['[::FFFF:1.2.3.4]', '[::ffff:102:304]'],
    ['[2001:DB8::A]', '[2001:db8::a]'],
  ])('B-URL-13 [C02] keeps the spelling of %s, and knows it as %s', (host, canonical) => {
    expect(normalizeHost(host)).toBe(host.toLowerCase());
    expect(canonicalHost(normalizeHost(host)!)).toBe(canonical);
  });

  it.each([
    '[',
    '[]',
    '[:]',
    '[::1',
    '[::1]a',
    '[1.2.3.4]',
    '[::1%25eth0]',
    '[::1%eth0]',
    '[v1.a]',
    '[::1\0]',
    '[ ::1]',
    '[a]',
  ])('[C02] refuses %j', (host) => {
    expect(normalizeHost(host)).toBeUndefined();
  });
});

describe('canonicalHost', () => {
  it('leaves names and dotted quads alone', () => {
    expect([canonicalHost('example.com.'), canonicalHost('1.2.3.4')]).toEqual(['example.com.', '1.2.3.4']);
  });
});
