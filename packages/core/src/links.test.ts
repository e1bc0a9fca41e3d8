import { cpuMs } from '@requests-ts/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linksByRel, parseHeaderLinks } from './links.ts';

const plain = (header: string): unknown => JSON.parse(JSON.stringify(parseHeaderLinks(header)));

describe('parseHeaderLinks', () => {
  it.each([
    [
      '<http:/.../front.jpeg>; rel=front; type="image/jpeg"',
      [{ url: 'http:/.../front.jpeg', rel: 'front', type: 'image/jpeg' }],
    ],
    ['<http:/.../front.jpeg>', [{ url: 'http:/.../front.jpeg' }]],
    ['<http:/.../front.jpeg>;', [{ url: 'http:/.../front.jpeg' }]],
    [
      '<http:/.../front.jpeg>; type="image/jpeg",<http://.../back.jpeg>;',
      [{ url: 'http:/.../front.jpeg', type: 'image/jpeg' }, { url: 'http://.../back.jpeg' }],
    ],
    ['', []],
    ['  ', []],
    ['<a>,<b>', [{ url: 'a' }, { url: 'b' }]],
    ['<a>,   <b>; rel=l', [{ url: 'a' }, { url: 'b', rel: 'l' }]],
    [' <a> ; rel = "next" ', [{ url: 'a', rel: 'next' }]],
    [
      '"<a>; rel=x, <b>; rel=y"',
      [
        { url: 'a', rel: 'x' },
        { url: 'b', rel: 'y' },
      ],
    ],
    ["'<a>; rel=x'", [{ url: 'a', rel: 'x' }]],
    ['a; rel=next', [{ url: 'a', rel: 'next' }]],
    ['<a>; REL=next', [{ url: 'a', REL: 'next' }]],
    ['<a>; rel="next prev"', [{ url: 'a', rel: 'next prev' }]],
    ["<a>; rel='single'", [{ url: 'a', rel: 'single' }]],
    ['<a>; rel=next; rel=prev', [{ url: 'a', rel: 'prev' }]],
    ['<a>; rel=; type=b', [{ url: 'a', rel: '', type: 'b' }]],
    ['<>; rel=e', [{ url: '', rel: 'e' }]],
  ])('B-LINK-02 %j => %j', (header, links) => {
    expect(plain(header)).toEqual(links);
  });

  it.each([
    ['an empty one', '<u>;;rel=next', [{ url: 'u' }]],
    ['one without "="', '<u>; rel=next; flag; type=a', [{ url: 'u', rel: 'next' }]],
  ])('B-LINK-03 stops the parameters of a link at %s', (_, header, links) => {
    expect(plain(header)).toEqual(links);
  });

  it.each([
    ['a value that holds "="', '<u>; rel="a=b"; x=y', [{ url: 'u', rel: 'a=b', x: 'y' }]],
    ['a semicolon in the URL', '<a?x=1;y=2>; rel=n', [{ url: 'a?x=1;y=2', rel: 'n' }]],
    ['a comma and "<" in a quoted value', '<a>; title="x, <b>"; rel=t', [{ url: 'a', title: 'x, <b>', rel: 't' }]],
    ['a semicolon in a quoted value', '<a>; title="x; y"; rel=t', [{ url: 'a', title: 'x; y', rel: 't' }]],
    ['a trailing comma', '<a>,', [{ url: 'a' }]],
    ['a tab before a parameter', '<a>;\trel=next', [{ url: 'a', rel: 'next' }]],
  ])('B-LINK-03 reads %s as RFC 8288 means it, where Requests splits there', (_, header, links) => {
    expect(plain(header)).toEqual(links);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'get', '__defineGetter__'])(
    '[J02] keeps a parameter named %s as data',
    (name) => {
      const before = Object.getOwnPropertyNames(Object.prototype);
      const [link] = parseHeaderLinks(`<u>; ${name}=canary; rel=${name}`);
      expect(link![name]).toBe('canary');
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
      expect(linksByRel(`<u>; rel=${name}`)[name]!.url).toBe('u');
      expect(linksByRel('<u>; rel=next')[name]).toBeUndefined();
    },
  );

  it('[F12] looks at no more than 100 links', () => {
    expect(parseHeaderLinks('<a>,'.repeat(5000))).toHaveLength(100);
  });

  it.each(['<', '<a>;', ',', ', ', ' ', '"', '<a>; x="', '<a>;a=b;', '\\', '<a>; x="\\', ', <', ';=', '=;"'])(
    '[F13] takes no longer than its length allows for 64 KiB of %j',
    (pump) => {
      const text = pump.repeat(65536 / pump.length);
      const start = cpuMs();
      parseHeaderLinks(text);
      parseHeaderLinks(`<a>; rel="${text}`);
      expect(cpuMs() - start).toBeLessThan(500);
    },
  );

  it('[J02] never throws, and gives at most one link per "<" plus one', () => {
    const alphabet = fc.constantFrom('<', '>', ',', ';', '=', '"', "'", '\\', ' ', '\t', 'a', 'rel', 'é', '\u0000');
    const header = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(alphabet).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(header, (text) => {
        const links = parseHeaderLinks(text);
        expect(links.length).toBeLessThanOrEqual(text.split('<').length);
        for (const link of links) for (const value of Object.values(link)) expect(typeof value).toBe('string');
        linksByRel(text);
      }),
    );
  });

  it('B-LINK-02 reads back what a server writes', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,8}$/).filter((name) => name !== 'url');
    const value = fc.stringMatching(/^[a-z0-9](?:[a-z0-9 ,;=<>-]{0,10}[a-z0-9])?$/);
    const link = fc.record({
      url: fc.webUrl({ withQueryParameters: true }).filter((url) => !/[<>'"]/.test(url)),
      parameters: fc.uniqueArray(fc.tuple(word, value), { selector: ([name]) => name, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(link, { maxLength: 5 }), (links) => {
        const header = links
          .map(({ url, parameters }) => [`<${url}>`, ...parameters.map(([n, v]) => `${n}="${v}"`)].join('; '))
          .join(', ');
        expect(plain(header)).toEqual(links.map(({ url, parameters }) => ({ url, ...Object.fromEntries(parameters) })));
      }),
    );
  });
});

describe('linksByRel', () => {
  it('B-LINK-01 takes the rel, else the URL, as key, and the later of two equal keys', () => {
    const links = linksByRel('<a>; rel=next; type=t, <b>, <c>; rel=next');
    expect(Object.keys(links)).toEqual(['next', 'b']);
    expect(links.next).toEqual({ url: 'c', rel: 'next' });
    expect(links.b).toEqual({ url: 'b' });
  });

  it('B-LINK-01 has nothing without a header', () => {
    expect(Object.keys(linksByRel(undefined))).toEqual([]);
    expect(Object.keys(linksByRel(''))).toEqual([]);
  });
});
