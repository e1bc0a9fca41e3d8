import { describe, expect, it } from 'vitest';
import { InvalidURL, MissingSchema } from './exceptions.ts';
import { PreparedRequest } from './prepared-request.ts';
import {
  formatUrl,
  hostWithPort,
  isHostWithPort,
  percentDecode,
  percentEncode,
  prepareUrl,
  redactUrl,
  removeDotSegments,
  resolveUrl,
  splitReference,
} from './url.ts';

/** What a request to `url` has as its URL; "!" and the name of the error where it has none. */
function prepared(url: unknown, params?: string): string {
  const request = new PreparedRequest();
  try {
    request.prepareUrl(url as string, params);
  } catch (error) {
    return `!${(error as Error).name}`;
  }
  return request.url;
}

/** By rule; the values are those of Requests 2.34.2 unless a comment says otherwise. */
const TABLE: Readonly<Record<string, readonly (readonly [input: string, expected: string])[]>> = {
  'B-URL-02': [
    [' http://example.com/', 'http://example.com/'],
    ['\t\n\r http://example.com/', 'http://example.com/'],
    ['\u00a0　\u2028http://example.com/', 'http://example.com/'],
    ['http://example.com/a ', 'http://example.com/a%20'],
    ['http://example.com/a?b ', 'http://example.com/a?b%20'],
    ['http://example.com/\n', 'http://example.com/%0A'],
  ],
  'B-URL-03': [
    ['mailto:user@example.org', 'mailto:user@example.org'],
    ['data:SSDimaUgUHl0aG9uIQ==', 'data:SSDimaUgUHl0aG9uIQ=='],
    ['data:text/plain,hello world', 'data:text/plain,hello world'],
    ['file:///etc/hosts', 'file:///etc/hosts'],
    ['magnet:?xt=urn:btih:x', 'magnet:?xt=urn:btih:x'],
    ['ftp://example.com/a b/../c', 'ftp://example.com/a b/../c'],
    ['javascript:alert(1)', 'javascript:alert(1)'],
    ['JAVASCRIPT://example.com/%0Aalert(1)', 'JAVASCRIPT://example.com/%0Aalert(1)'],
    ['blob:http://example.com/x', 'blob:http://example.com/x'],
    ['about:blank', 'about:blank'],
    ['user:pw@example.com', 'user:pw@example.com'],
  ],
  'B-URL-04': [
    ['localhost:3128', 'localhost:3128'],
    ['localhost.localdomain:3128/', 'localhost.localdomain:3128/'],
    ['10.122.1.1:3128/', '10.122.1.1:3128/'],
    ['example.com:80', 'example.com:80'],
  ],
  'B-URL-05': [
    ['example.com', '!MissingSchema'],
    ['example.com/path', '!MissingSchema'],
    ['www.example.com?q=1', '!MissingSchema'],
    ['/path', '!MissingSchema'],
    ['../path', '!MissingSchema'],
    ['?', '!MissingSchema'],
    ['?q=1', '!MissingSchema'],
    ['#', '!MissingSchema'],
    ['#f', '!MissingSchema'],
    ['httpfoo', '!MissingSchema'],
    ['http', '!MissingSchema'],
    ['https', '!MissingSchema'],
    ['http//example.com', '!MissingSchema'],
    ['http;//example.com', '!MissingSchema'],
    [' ', '!MissingSchema'],
  ],
  'B-URL-06': [
    ['http:', '!InvalidURL'],
    ['http:/', '!InvalidURL'],
    ['http://', '!InvalidURL'],
    ['http:///', '!InvalidURL'],
    ['https://', '!InvalidURL'],
    ['https:///', '!InvalidURL'],
    ['http:example.com', '!InvalidURL'],
    ['http:/example.com', '!InvalidURL'],
    ['http:///example.com', '!InvalidURL'],
    ['http:////example.com', '!InvalidURL'],
    ['http:\\example.com', '!InvalidURL'],
    ['http:/\\example.com', '!InvalidURL'],
    ['http:\\\\example.com\\', '!InvalidURL'],
    ['http://?q', '!InvalidURL'],
    ['http://#f', '!InvalidURL'],
    ['http://:80/', '!InvalidURL'],
    ['http://@/', '!InvalidURL'],
    ['http://user@/', '!InvalidURL'],
    ['http://user:pw@/', '!InvalidURL'],
    ['http://u/p@', 'http://u/p@'],
    ['http+unix:///a', '!InvalidURL'],
  ],
  'B-URL-07': [
    ['http://example.com:abc/', '!InvalidURL'],
    ['http://example.com:80a/', '!InvalidURL'],
    ['http://example.com:-1/', '!InvalidURL'],
    ['http://example.com:+80/', '!InvalidURL'],
    ['http://example.com:8_0/', '!InvalidURL'],
    ['http://example.com:0x50/', '!InvalidURL'],
    ['http://example.com:65536/', '!InvalidURL'],
    ['http://example.com:99999/', '!InvalidURL'],
    ['http://example.com:100000000000000000000/', '!InvalidURL'],
    ['http://example.com:80:80/', '!InvalidURL'],
    ['http://example.com:%38%30/', '!InvalidURL'],
    ['http://example.com:٣/', '!InvalidURL'],
    ['http://[::1', '!InvalidURL'],
    ['http://::1]/', '!InvalidURL'],
    ['http://[]/', '!InvalidURL'],
    ['http://[:]/', '!InvalidURL'],
    ['http://[::1]x/', '!InvalidURL'],
    ['http://x[::1]/', '!InvalidURL'],
    ['http://[::g]/', '!InvalidURL'],
    ['http://[12345::1]/', '!InvalidURL'],
    ['http://[1:2:3:4:5:6:7:8:9]/', '!InvalidURL'],
    ['http://[v1.x]/', '!InvalidURL'],
    ['http://[example.com]/', '!InvalidURL'],
    ['http://[1.2.3.4]/', '!InvalidURL'],
    ['http://fe80::5054:ff:fe5a:fc0', '!InvalidURL'],
    ['http://2001:db8::1/', '!InvalidURL'],
  ],
  'B-URL-08': [
    ['http://*/', '!InvalidURL'],
    ['http://*.example.com/', '!InvalidURL'],
    ['http://*example.com/', '!InvalidURL'],
    ['http://.example.com/', '!InvalidURL'],
    ['http://./', '!InvalidURL'],
    ['http://../', '!InvalidURL'],
    ['http://ex*mple.com/', 'http://ex*mple.com/'],
    ['http://ex_ample.com/', 'http://ex_ample.com/'],
    ['http://_sip._tcp.example.com/', 'http://_sip._tcp.example.com/'],
    ['http://-example.com/', 'http://-example.com/'],
    ['http://example-.com/', 'http://example-.com/'],
    ['http://example..com/', 'http://example..com/'],
    ['http://example.com./', 'http://example.com./'],
    ['http://example.com../', 'http://example.com../'],
    ['http://ex~ample.com/', 'http://ex~ample.com/'],
    ['http://ex!ample.com/', 'http://ex!ample.com/'],
    ['http://ex$ample.com/', 'http://ex$ample.com/'],
    ['http://ex&ample.com/', 'http://ex&ample.com/'],
    ["http://ex'ample.com/", "http://ex'ample.com/"],
    ['http://ex(ample).com/', 'http://ex(ample).com/'],
    ['http://ex+ample.com/', 'http://ex+ample.com/'],
    ['http://ex,ample.com/', 'http://ex,ample.com/'],
    ['http://ex;ample.com/', 'http://ex;ample.com/'],
    ['http://ex=ample.com/', 'http://ex=ample.com/'],
  ],
  'B-URL-09': [
    ['http://straße.de/', 'http://xn--strae-oqa.de/'],
    ['http://STRAßE.de/', 'http://xn--strae-oqa.de/'],
    ['http://Königsgäßchen.de/straße', 'http://xn--knigsgchen-b4a3dun.de/stra%C3%9Fe'],
    ['http://ジェーピーニック.jp', 'http://xn--hckqz9bzb1cyrb.jp/'],
    ['http://例え.テスト/', 'http://xn--r8jz45g.xn--zckzah/'],
    ['http://مثال.إختبار/', 'http://xn--mgbh0fb.xn--kgbechtv/'],
    ['http://ελληνικά.gr/', 'http://xn--hxargifdar.gr/'],
    ['http://ΕΛΛΗΝΙΚΆ.gr/', 'http://xn--hxargifdar.gr/'],
    ['http://пример.рф/', 'http://xn--e1afmkfd.xn--p1ai/'],
    ['http://ПРИМЕР.РФ/', 'http://xn--e1afmkfd.xn--p1ai/'],
    ['http://BÜCHER.example/', 'http://xn--bcher-kva.example/'],
    ['http://bücher.example.com:8080/a', 'http://xn--bcher-kva.example.com:8080/a'],
    ['http://a-ü.com/', 'http://xn--a--yka.com/'],
    ['http://l·l.com/', 'http://xn--ll-0ea.com/'],
    ['http://日・本.jp/', 'http://xn--vek160nc2a.jp/'],
    ['http://नेपाल.com/', 'http://xn--l2bey1c2b.com/'],
    ['http://نامه\u200cای.com/', 'http://xn--mgba3gch31f060k.com/'],
    ['http://faß.de/', 'http://xn--fa-hia.de/'],
    ['http://xn--n3h.net/', 'http://xn--n3h.net/'],
    ['http://xn--ls8h.la/', 'http://xn--ls8h.la/'],
    ['http://xn--strae-oqa.de/', 'http://xn--strae-oqa.de/'],
    ['http://XN--STRAE-OQA.DE/', 'http://xn--strae-oqa.de/'],
    ['http://☃.net/', '!InvalidURL'],
    ['http://💩.la/', '!InvalidURL'],
    ['http://①.com/', '!InvalidURL'],
    ['http://ﬁ.com/', '!InvalidURL'],
    ['http://ℌ.com/', '!InvalidURL'],
    ['http://e\u0301.com/', '!InvalidURL'],
    ['http://ｅｘａｍｐｌｅ.com/', '!InvalidURL'],
    ['http://example。com/', '!InvalidURL'],
    ['http://example．com/', '!InvalidURL'],
    ['http://example｡com/', '!InvalidURL'],
    ['http://日本語。ＪＰ/', '!InvalidURL'],
    ['http://exa\u00admple.com/', '!InvalidURL'],
    ['http://exa\u200bmple.com/', '!InvalidURL'],
    ['http://\ufeffexample.com/', '!InvalidURL'],
    ['http://-ü.com/', '!InvalidURL'],
    ['http://ü-.com/', '!InvalidURL'],
    ['http://ab--ü.com/', '!InvalidURL'],
    ['http://xn--ü.com/', '!InvalidURL'],
    ['http://\u0301x.com/', '!InvalidURL'],
    ['http://a·b.com/', '!InvalidURL'],
    ['http://a・b.com/', '!InvalidURL'],
    ['http://\u0640.com/', '!InvalidURL'],
    ['http://\u1100.com/', '!InvalidURL'],
    ['http://\u1f80.com/', '!InvalidURL'],
    ['http://ü_x.com/', '!InvalidURL'],
    ['http://ü*.com/', '!InvalidURL'],
  ],
  'B-URL-10': [
    ['HTTP://EXAMPLE.COM', 'http://example.com/'],
    ['hTTps://ExAmPlE.CoM/PaTh?QuErY#FrAg', 'https://example.com/PaTh?QuErY#FrAg'],
    ['http://example.com:80/', 'http://example.com:80/'],
    ['http://example.com:443/', 'http://example.com:443/'],
    ['https://example.com:443/', 'https://example.com:443/'],
    ['http://example.com:8080/p', 'http://example.com:8080/p'],
    ['http://example.com:00080/', 'http://example.com:80/'],
    ['http://example.com:65535/', 'http://example.com:65535/'],
    ['http://example.com:/', 'http://example.com/'],
    ['http://example.com:0/', 'http://example.com/'],
    ['http://example.com:000/', 'http://example.com/'],
    ['http://localhost/', 'http://localhost/'],
    ['http://LOCALHOST:3000/', 'http://localhost:3000/'],
    ['http://a/', 'http://a/'],
    ['http://1.2.3.4/', 'http://1.2.3.4/'],
    ['http://1.2.3.4:80/', 'http://1.2.3.4:80/'],
    ['http://255.255.255.255/', 'http://255.255.255.255/'],
  ],
  'B-URL-11': [
    ['http://example.com', 'http://example.com/'],
    ['https://example.com', 'https://example.com/'],
    ['http://example.com?q=1', 'http://example.com/?q=1'],
    ['http://example.com#f', 'http://example.com/#f'],
    ['http://example.com?q=1#f', 'http://example.com/?q=1#f'],
    ['http://example.com/?', 'http://example.com/'],
    ['http://example.com/#', 'http://example.com/'],
    ['http://example.com/?#', 'http://example.com/'],
    ['http://example.com?', 'http://example.com/'],
    ['http://example.com#', 'http://example.com/'],
  ],
  'B-URL-12': [
    ['http://example.com/.', 'http://example.com/'],
    ['http://example.com/..', 'http://example.com/'],
    ['http://example.com/./', 'http://example.com/'],
    ['http://example.com/../', 'http://example.com/'],
    ['http://example.com/a/.', 'http://example.com/a/'],
    ['http://example.com/a/..', 'http://example.com/'],
    ['http://example.com/a/./b', 'http://example.com/a/b'],
    ['http://example.com/a/../b', 'http://example.com/b'],
    ['http://example.com/a/../../b', 'http://example.com/b'],
    ['http://example.com/a/b/../../../c', 'http://example.com/c'],
    ['http://example.com/a/b/..', 'http://example.com/a/'],
    ['http://example.com/a/b/../', 'http://example.com/a/'],
    ['http://example.com/a//../b', 'http://example.com/a/b'],
    ['http://example.com//../b', 'http://example.com/b'],
    ['http://example.com/%zz/../%20', 'http://example.com/%20'],
    ['http://example.com/%2e/%2e%2E/../b', 'http://example.com/%2E/b'],
    ['http://example.com/a//b', 'http://example.com/a//b'],
    ['http://example.com//v:h', 'http://example.com//v:h'],
    ['http://example.com///', 'http://example.com///'],
    ['http://example.com/...', 'http://example.com/...'],
    ['http://example.com/..b', 'http://example.com/..b'],
    ['http://example.com/.a/b.', 'http://example.com/.a/b.'],
    ['http://example.com/a/.?q', 'http://example.com/a/?q'],
    ['http://example.com/a/..#f', 'http://example.com/#f'],
    ['http://example.com/a/..%2f../b', 'http://example.com/a/..%2F../b'],
    ['http://example.com?a/../b', 'http://example.com/?a/../b'],
    ['http://example.com/?a=/../b', 'http://example.com/?a=/../b'],
    ['http://example.com/#/../b', 'http://example.com/#/../b'],
  ],
  'B-URL-13': [
    ['http://[::1]/', 'http://[::1]/'],
    ['http://[::1]:8080/', 'http://[::1]:8080/'],
    ['http://[::1]:/', 'http://[::1]/'],
    ['http://[2001:DB8::A]/', 'http://[2001:db8::a]/'],
    ['http://[2001:db8:0:0:0:0:0:1]/', 'http://[2001:db8:0:0:0:0:0:1]/'],
    ['http://[::FFFF:1.2.3.4]/', 'http://[::ffff:1.2.3.4]/'],
    ['http://u:p@[::1]:80/', 'http://u:p@[::1]:80/'],
  ],
  'B-URL-14': [
    ['http://u:p@example.com/', 'http://u:p@example.com/'],
    ['http://u@example.com/', 'http://u@example.com/'],
    ['http://u:@example.com/', 'http://u:@example.com/'],
    ['http://:p@example.com/', 'http://:p@example.com/'],
    ['http://:@example.com/', 'http://:@example.com/'],
    ['http://@example.com/', 'http://example.com/'],
    ['http://u@v@example.com/', 'http://u%40v@example.com/'],
    ['http://u:p@x:q@example.com/', 'http://u:p%40x:q@example.com/'],
    ['http://us er:p w@example.com/', 'http://us%20er:p%20w@example.com/'],
    ['http://us%20er:p%40w@example.com/', 'http://us%20er:p%40w@example.com/'],
    ['http://u%zz:p@example.com/', 'http://u%25zz:p@example.com/'],
    ['http://ü:ß@example.com/', 'http://%C3%BC:%C3%9F@example.com/'],
    ['http://u<>"^`{}|:p[]@example.com/', 'http://u%3C%3E%22%5E%60%7B%7D%7C:p%5B%5D@example.com/'],
    ["http://u!$&'()*+,;=:p@example.com/", "http://u!$&'()*+,;=:p@example.com/"],
    ['http://u:p:q@example.com/', 'http://u:p:q@example.com/'],
    ['http://u/p@example.com/', 'http://u/p@example.com/'],
    ['http://u?p@example.com/', 'http://u/?p@example.com/'],
    ['http://u#p@example.com/', 'http://u/#p@example.com/'],
    ['http://user:pass%20pass@example.com/', 'http://user:pass%20pass@example.com/'],
    ['http://user:pass%23pass@example.com/', 'http://user:pass%23pass@example.com/'],
    ['http://user:pass%3Fpass@example.com/', 'http://user:pass%3Fpass@example.com/'],
    ['http://user:pass%2fpass@example.com/', 'http://user:pass%2Fpass@example.com/'],
  ],
  'B-URL-15': [
    ['http+unix://%2Fvar%2Frun%2Fsocket/path%7E', 'http+unix://%2Fvar%2Frun%2Fsocket/path~'],
    ['http+unix://%2Fvar%2Frun%2Fsocket/path?a=b', 'http+unix://%2Fvar%2Frun%2Fsocket/path?a=b'],
    ['http+unix://%2fvar%2frun%2fsocket/a b', 'http+unix://%2fvar%2frun%2fsocket/a%20b'],
    ['http+unix://Host/../a', 'http+unix://Host/../a'],
    ['HTTP+UNIX://Host/a', 'http+unix://Host/a'],
    ['httpfoo://example.com/a b', 'httpfoo://example.com/a%20b'],
    ['httpx://EXAMPLE.com/%7e', 'httpx://EXAMPLE.com/~'],
    ['http+unix://h', 'http+unix://h/'],
    ['httpx://u:p@Host:80/a', 'httpx://u:p@Host:80/a'],
    ['httpx://u@v:p@Host:/a', 'httpx://u@v:p@Host/a'],
    ['httpx://Host:0/a', 'httpx://Host/a'],
    ['httpx://Ho st/a', 'httpx://Ho%20st/a'],
    ['httpx://h:x/a', '!InvalidURL'],
    ['httpx://h:65536/a', '!InvalidURL'],
    ['httpx://u:p@/a', '!InvalidURL'],
  ],
  'B-URL-16': [
    ['http://example.com/#f', 'http://example.com/#f'],
    ['http://example.com/?q#f', 'http://example.com/?q#f'],
    ['http://example.com/#a?b', 'http://example.com/#a?b'],
    ['http://example.com/#a#b', 'http://example.com/#a%23b'],
    ['http://example.com/#é', 'http://example.com/#%C3%A9'],
    ['http://example.com/#a b', 'http://example.com/#a%20b'],
    ['http://example.com/#%zz', 'http://example.com/#%25zz'],
    ['http://example.com/#"<>[]', 'http://example.com/#%22%3C%3E%5B%5D'],
  ],
  'B-URL-17': [
    ["http://example.com/!$&'()*+,;=:@", "http://example.com/!$&'()*+,;=:@"],
    ['http://example.com/a b', 'http://example.com/a%20b'],
    ['http://example.com/a\tb', 'http://example.com/a%09b'],
    ['http://example.com/a\nb', 'http://example.com/a%0Ab'],
    ['http://example.com/a\rb', 'http://example.com/a%0Db'],
    ['http://example.com/a\u0000b', 'http://example.com/a%00b'],
    ['http://example.com/a\u007fb', 'http://example.com/a%7Fb'],
    ['http://example.com/a\u0080b', 'http://example.com/a%C2%80b'],
    ['http://example.com/é', 'http://example.com/%C3%A9'],
    ['http://example.com/a😀b', 'http://example.com/a%F0%9F%98%80b'],
    ['http://example.com/a|b^c`d{e}f<g>h"i[j]k\\l', 'http://example.com/a%7Cb%5Ec%60d%7Be%7Df%3Cg%3Eh%22i%5Bj%5Dk%5Cl'],
    ['http://example.com/a;b;c?d;e', 'http://example.com/a;b;c?d;e'],
    ['http://example.com/a:b@c', 'http://example.com/a:b@c'],
    ['http://example.com/-._~', 'http://example.com/-._~'],
    ['http://example.com/?a=b?c/d:e@f', 'http://example.com/?a=b?c/d:e@f'],
    ['http://example.com/?a=b c', 'http://example.com/?a=b%20c'],
    ['http://example.com/?a=é', 'http://example.com/?a=%C3%A9'],
    ["http://example.com/?a='b'", "http://example.com/?a='b'"],
    ['http://example.com/?a=|^`{}<>"[]\\', 'http://example.com/?a=%7C%5E%60%7B%7D%3C%3E%22%5B%5D%5C'],
    ['http://example.com/?a=1&', 'http://example.com/?a=1&'],
    ['http://example.com/?&a=1', 'http://example.com/?&a=1'],
    ['http://example.com/??', 'http://example.com/??'],
    ['http://example.com/?=', 'http://example.com/?='],
  ],
  'B-URL-18': [
    ['http://example.com/%c3%a9', 'http://example.com/%C3%A9'],
    ['http://example.com/%C3%A9', 'http://example.com/%C3%A9'],
    ['http://example.com/%zz', 'http://example.com/%25zz'],
    ['http://example.com/%7e%zz', 'http://example.com/%257E%25zz'],
    ['http://example.com/%41%zz', 'http://example.com/%2541%25zz'],
    ['http://example.com/100%', 'http://example.com/100%25'],
    ['http://example.com/%4', 'http://example.com/%254'],
    ['http://example.com/%%41', 'http://example.com/%25%2541'],
    ['http://example.com/100%?a=%41', 'http://example.com/100%25?a=A'],
    ['http://example.com/%c3?a=50%', 'http://example.com/%C3?a=50%25'],
    ['http://example.com/?a=%zz&b=%41', 'http://example.com/?a=%25zz&b=%2541'],
  ],
  'B-URL-19': [
    ['http://example.com/%41%42', 'http://example.com/AB'],
    ['http://example.com/%7Euser', 'http://example.com/~user'],
    ['http://example.com/~user', 'http://example.com/~user'],
    ['http://example.com/%2F', 'http://example.com/%2F'],
    ['http://example.com/%2f', 'http://example.com/%2F'],
    ['http://example.com/%2541', 'http://example.com/%2541'],
    ['http://example.com/%25%34%31', 'http://example.com/%2541'],
    ['http://example.com/get/test case', 'http://example.com/get/test%20case'],
    ['http://example.com/get/test%20case', 'http://example.com/get/test%20case'],
    ['http://example.com/a%20b?c=%20', 'http://example.com/a%20b?c=%20'],
    ['http://example.com/a+b', 'http://example.com/a+b'],
    ['http://example.com/100%25', 'http://example.com/100%25'],
    ['http://example.com/%2D%5F%2E', 'http://example.com/-_.'],
    ['http://example.com/?a=%41%2d', 'http://example.com/?a=A-'],
    ['http://example.com/%00', 'http://example.com/%00'],
    ['http://example.com/%0d%0a', 'http://example.com/%0D%0A'],
  ],
  // Requests encodes these, or ends the host there; other parsers see another host.
  'B-URL-07 [C01]': [
    ['http://exam ple.com/', '!InvalidURL'],
    ['http://example.com ', '!InvalidURL'],
    ['http://exam\tple.com/', '!InvalidURL'],
    ['http://exam\nple.com/', '!InvalidURL'],
    ['http://exam\rple.com/', '!InvalidURL'],
    ['http://exam\u0000ple.com/', '!InvalidURL'],
    ['http://exam\u007fple.com/', '!InvalidURL'],
    ['http://example.com\n/', '!InvalidURL'],
    ['http://example.com\\@evil.example/', '!InvalidURL'],
    ['http://example.com\\evil.example/', '!InvalidURL'],
    ['http://evil.example\\.example.com/', '!InvalidURL'],
    ['http://\\example.com/', '!InvalidURL'],
    ['http://u\\p@example.com/', '!InvalidURL'],
    ['http://u\np@example.com/', '!InvalidURL'],
    ['http://example.com:8 0/', '!InvalidURL'],
    ['http://example.com: 80/', '!InvalidURL'],
    ['http://example.com:80 /', '!InvalidURL'],
    ['http://ex%61mple.com/', '!InvalidURL'],
    ['http://ex%2fample.com/', '!InvalidURL'],
    ['http://ex%40mple.com/', '!InvalidURL'],
    ['http://ex%00mple.com/', '!InvalidURL'],
    ['http://example.com%2f@evil.example/', 'http://example.com%2F@evil.example/'],
    ['http://example.com%40evil.example/', '!InvalidURL'],
    ['http://ex%61mple.bücher.example/', '!InvalidURL'],
    ['http://ex"ample.com/', '!InvalidURL'],
    ['http://ex<ample>.com/', '!InvalidURL'],
    ['http://ex^ample.com/', '!InvalidURL'],
    ['http://ex`ample.com/', '!InvalidURL'],
    ['http://ex{ample}.com/', '!InvalidURL'],
    ['http://ex|ample.com/', '!InvalidURL'],
    ['http://\u212aelvin.com/', '!InvalidURL'],
    ['http://İstanbul.com/', '!InvalidURL'],
    ['http://ΣΑΣ/', '!InvalidURL'],
  ],
  // Requests lets the resolver decide what number this is.
  'B-URL-13 [C02]': [
    ['http://1.2.3.4./', '!InvalidURL'],
    ['http://1.2.3/', '!InvalidURL'],
    ['http://127.1/', '!InvalidURL'],
    ['http://0/', '!InvalidURL'],
    ['http://2130706433/', '!InvalidURL'],
    ['http://0x7f.1/', '!InvalidURL'],
    ['http://0x7f000001/', '!InvalidURL'],
    ['http://0177.0.0.1/', '!InvalidURL'],
    ['http://256.1.1.1/', '!InvalidURL'],
    ['http://1.2.3.256/', '!InvalidURL'],
    ['http://1.2.3.4.5/', '!InvalidURL'],
    ['http://01.2.3.4/', '!InvalidURL'],
    ['http://1.2.3.08/', '!InvalidURL'],
    ['http://1.2.3.0x4/', '!InvalidURL'],
    ['http://example.1/', '!InvalidURL'],
    ['http://example.0x/', '!InvalidURL'],
    ['http://example.0x1f/', '!InvalidURL'],
    ['http://0.0.0.0x0/', '!InvalidURL'],
    ['http://[::1%25eth0]/', '!InvalidURL'],
    ['http://[fe80::1%eth0]/', '!InvalidURL'],
    ['http://[fe80::1%25eth0]:80/', '!InvalidURL'],
  ],
  // Labels that decode to nothing, or to ASCII.
  'B-URL-09 [C03]': [
    ['http://xn--/', '!InvalidURL'],
    ['http://xn--a/', '!InvalidURL'],
    ['http://a.xn--a.b/', '!InvalidURL'],
    ['http://xn--example-.com/', '!InvalidURL'],
    ['http://xn--abc-.com/', '!InvalidURL'],
    ['http://xn--55555577/', '!InvalidURL'],
  ],
  // Requests decodes these after it removed dot segments, and sends what every server then resolves.
  'B-URL-12 [C01]': [
    ['http://example.com/%2e', 'http://example.com/%2E'],
    ['http://example.com/%2e%2e', 'http://example.com/%2E%2E'],
    ['http://example.com/a/%2e%2e/b', 'http://example.com/a/%2E%2E/b'],
    ['http://example.com/a/%2E./b', 'http://example.com/a/%2E./b'],
    ['http://example.com/a/.%2e/b', 'http://example.com/a/.%2E/b'],
    ['http://example.com/a/%2e/b', 'http://example.com/a/%2E/b'],
    ['http://example.com/a/%2e%2e%2e/b', 'http://example.com/a/.../b'],
    ['http://example.com/a/x%2e/b', 'http://example.com/a/x./b'],
  ],
};

describe('PreparedRequest.prepareUrl', () => {
  for (const [rule, rows] of Object.entries(TABLE)) {
    it.each(rows)(`${rule} prepares %j as %j`, (input, expected) => {
      expect(prepared(input)).toBe(expected);
    });
  }

  it('B-URL-01 B-DIFF-05 takes an object by its text, and bytes for no URL at all', () => {
    expect(prepared({ toString: () => 'http://example.com/a b' })).toBe('http://example.com/a%20b');
    expect(prepared(new TextEncoder().encode('http://example.com/'))).toBe('!MissingSchema');
    expect(prepared(null)).toBe('!MissingSchema');
    expect(prepared(undefined)).toBe('!MissingSchema');
  });

  it('B-DIFF-11 [C01] takes a URL object by its href, whatever its parts were patched to', () => {
    const url = new URL('https://example.com/a b?c=d#e');
    Object.defineProperty(url, 'hostname', { value: 'evil.example\0' });
    expect(prepared(url)).toBe('https://example.com/a%20b?c=d#e');
    Object.defineProperty(url, 'href', { value: 'https://example.com\\@evil.example/' });
    expect(prepared(url)).toBe('!InvalidURL');
  });

  it.each(['mailto:user@example.org', 'data:x', 'file:///etc/hosts', 'magnet:?xt=x'])(
    'B-URL-03 ignores params for %s',
    (url) => {
      expect(prepared(url, 'a=b')).toBe(url);
    },
  );

  it.each(['ftp://example.com/', 'mailto:user@example.org', 'localhost:3128'])('B-URL-03 has no parts of %s', (url) => {
    const request = new PreparedRequest();
    request.prepareUrl(url);
    expect(() => request.split).toThrow(InvalidURL);
    expect(() => request.pathUrl).toThrow(InvalidURL);
  });

  it.each([
    [
      'example.com/path',
      "Invalid URL 'example.com/path': No scheme supplied. Perhaps you meant https://example.com/path?",
    ],
    ['//h/x', "Invalid URL '//h/x': No scheme supplied. Perhaps you meant https://h/x?"],
    ['', "Invalid URL '': No scheme supplied. Perhaps you meant https://?"],
  ])('B-URL-05 quotes %j and suggests https', (url, message) => {
    expect(() => prepareUrl(url)).toThrow(MissingSchema);
    expect(() => prepareUrl(url)).toThrow(message);
  });

  it('B-URL-20 encodes a broken escape of params and leaves the good ones', () => {
    expect(prepared('http://example.com/é', 'a=%zz&b=%41&c=%c3%a9')).toBe(
      'http://example.com/%C3%A9?a=%25zz&b=A&c=%c3%a9',
    );
  });

  it('[C04] refuses a URL longer than 1 MiB, params included', () => {
    const url = `http://example.com/${'a'.repeat((1 << 20) - 19)}`;
    expect(prepared(url)).toBe(url);
    expect(prepared(`${url}a`)).toBe('!InvalidURL');
    expect(prepared(url, 'a')).toBe('!InvalidURL');
  });

  it('B-URL-14 keeps a long userinfo unchanged', () => {
    const url = `http://${'u'.repeat(4000)}:${'p'.repeat(4000)}@example.com/`;
    expect(prepared(url)).toBe(url);
  });
});

describe('prepareUrl', () => {
  it('gives the parts, each as it stands in the text', () => {
    expect(prepareUrl('HTTPS://U:p%40@EXAMPLE.com:8443/a b?c d#e f')).toEqual({
      scheme: 'https',
      userinfo: 'U:p%40',
      host: 'example.com',
      port: 8443,
      path: '/a%20b',
      query: 'c%20d',
      fragment: 'e%20f',
    });
  });

  it.each(['http://example.com', 'https://u:p@[::1]:8080/a?b#c', 'http+unix://%2Fx/a?b'])(
    'formatUrl undoes it for %s',
    (url) => {
      const split = prepareUrl(url);
      expect(prepareUrl(formatUrl(split))).toEqual(split);
    },
  );

  it.each([
    'http://user:CANARY@exa mple.com/',
    'http://user:CANARY@example.com:99999/',
    'http://user:CANARY@[::1/',
    'http://user:CANARY@/',
    'http://user:CA\\NARY@example.com/',
    'http://user:CA/CANARY@example.com/',
    'http://user:CA#CANARY@example.com/',
    'http://user:CA?CANARY@example.com/',
    'http:/user:CANARY@example.com/',
    'http:///user:CANARY@example.com/',
    'http:user:CANARY@example.com/',
    'http:\\\\user:CANARY@example.com/',
    '//user:CANARY@example.com/',
    'user:CANARY@example.com/?CANARY',
    'http://127.1/?token=CANARY#CANARY',
    'example.com?token=CANARY',
    'http://user:CANARY',
  ])('[A12] [A14] shows no secret of %j in its error', (url) => {
    const error = (() => {
      try {
        return prepareUrl(url);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).not.toContain('CANARY');
    expect(redactUrl(url)).not.toContain('CANARY');
  });

  it.each(['http://h:x/', 'http://h:65536/', 'http://::1/', 'http://[::1/', 'http://[::1]a/', 'httpx://h:x/'])(
    'B-URL-07 says how host and port are written, for %s',
    (url) => {
      expect(() => prepareUrl(url)).toThrow(/must be host:port or \[IPv6\]:port$/);
    },
  );

  it('[A14] escapes control characters in messages and cuts them at 100', () => {
    expect(() => prepareUrl('http://a\u001b[31m/')).toThrow('http://a\\x1b[31m/');
    expect(() => prepareUrl(`http://${'a'.repeat(300)}`)).toThrow(`http://${'a'.repeat(93)}...`);
  });
});

describe('redactUrl', () => {
  it.each([
    ['https://user:pw@example.com:8080/a/b?token=x#y', 'https://example.com:8080/a/b'],
    ['https://example.com/@user/post', 'https://example.com/@user/post'],
    ['http://[::1]:80/', 'http://[::1]:80/'],
    ['mailto:user@example.org', 'example.org'],
    ['/path?q', '/path'],
    ['http://user:pa/ss@example.com/', 'http://user:...'],
    ['//user:p@h/x', '//h/x'],
  ])('shows %j as %j', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});

describe('hostWithPort', () => {
  it.each([
    ['http://example.com/', 'example.com'],
    ['http://example.com:80/', 'example.com'],
    ['https://example.com:443/', 'example.com'],
    ['http://example.com:443/', 'example.com:443'],
    ['http://[::1]:8080/', '[::1]:8080'],
    ['http://u:p@bücher.example/', 'xn--bcher-kva.example'],
  ])('B-HDR-08 says of %s %s', (url, host) => {
    expect(hostWithPort(prepareUrl(url))).toBe(host);
  });
});

describe('isHostWithPort', () => {
  it.each(['example.com', 'EXAMPLE.com:8080', '[::1]', '[::1]:80', '127.0.0.1:1', 'xn--bcher-kva.example', 'a_b'])(
    '[D03] accepts %j',
    (text) => {
      expect(isHostWithPort(text)).toBe(true);
    },
  );

  it.each([
    '',
    'a b',
    'a/b',
    'u@h',
    'h,h2',
    'h, h2',
    'h:99999',
    'h:',
    'h:x',
    ':80',
    'bücher.example',
    'h\r\nX: y',
    'h\0',
    ' h',
    'h ',
    '127.1',
    '0x7f.1',
    '[::1',
    '::1',
    '[::1%25eth0]',
    'h?x',
    'h#x',
    'h\\x',
    '*.h',
    'a%62c',
  ])('[D03] refuses %j', (text) => {
    expect(isHostWithPort(text)).toBe(false);
  });
});

describe('splitReference', () => {
  it.each([
    ['http://a/b?c#d', ['http', 'a', '/b', 'c', 'd']],
    ['//a', [undefined, 'a', '', undefined, undefined]],
    ['a:b', ['a', undefined, 'b', undefined, undefined]],
    ['1a:b', [undefined, undefined, '1a:b', undefined, undefined]],
    ['?', [undefined, undefined, '', '', undefined]],
    ['#a#b?c', [undefined, undefined, '', undefined, 'a#b?c']],
    ['http://a\\b/c', ['http', 'a\\b', '/c', undefined, undefined]],
    ['x\n?y\n#z\n', [undefined, undefined, 'x\n', 'y\n', 'z\n']],
  ])('splits %j', (text, [scheme, authority, path, query, fragment]) => {
    expect(splitReference(text)).toEqual({ scheme, authority, path, query, fragment });
  });
});

describe('removeDotSegments', () => {
  it.each([
    ['/a/b/c/./../../g', '/a/g'],
    ['/mid/content=5/../6', '/mid/6'],
    ['/', '/'],
    ['/../..', '/'],
    ['//a/..//b', '///b'],
  ])('turns %s into %s (RFC 3986 section 5.2.4)', (path, removed) => {
    expect(removeDotSegments(path)).toBe(removed);
  });
});

describe('resolveUrl', () => {
  const base = 'http://a/b/c/d;p?q';

  it.each([
    ['g', 'http://a/b/c/g'],
    ['./g', 'http://a/b/c/g'],
    ['g/', 'http://a/b/c/g/'],
    ['/g', 'http://a/g'],
    ['//g', 'http://g'],
    ['?y', 'http://a/b/c/d;p?y'],
    ['g?y', 'http://a/b/c/g?y'],
    ['#s', 'http://a/b/c/d;p?q#s'],
    ['g#s', 'http://a/b/c/g#s'],
    ['g?y#s', 'http://a/b/c/g?y#s'],
    [';x', 'http://a/b/c/;x'],
    ['g;x', 'http://a/b/c/g;x'],
    ['g;x?y#s', 'http://a/b/c/g;x?y#s'],
    ['', 'http://a/b/c/d;p?q'],
    ['.', 'http://a/b/c/'],
    ['./', 'http://a/b/c/'],
    ['..', 'http://a/b/'],
    ['../', 'http://a/b/'],
    ['../g', 'http://a/b/g'],
    ['../..', 'http://a/'],
    ['../../', 'http://a/'],
    ['../../g', 'http://a/g'],
    ['../../../g', 'http://a/g'],
    ['../../../../g', 'http://a/g'],
    ['/./g', 'http://a/g'],
    ['/../g', 'http://a/g'],
    ['g.', 'http://a/b/c/g.'],
    ['.g', 'http://a/b/c/.g'],
    ['g..', 'http://a/b/c/g..'],
    ['..g', 'http://a/b/c/..g'],
    ['./../g', 'http://a/b/g'],
    ['./g/.', 'http://a/b/c/g/'],
    ['g/./h', 'http://a/b/c/g/h'],
    ['g/../h', 'http://a/b/c/h'],
    ['g;x=1/./y', 'http://a/b/c/g;x=1/y'],
    ['g;x=1/../y', 'http://a/b/c/y'],
    ['g?y/./x', 'http://a/b/c/g?y/./x'],
    ['g?y/../x', 'http://a/b/c/g?y/../x'],
    ['g#s/./x', 'http://a/b/c/g#s/./x'],
    ['g#s/../x', 'http://a/b/c/g#s/../x'],
    ['http:g', 'http://a/b/c/g'],
    ['g:h', 'g:h'],
  ])('resolves %j to %s (RFC 3986 section 5.4)', (reference, resolved) => {
    expect(resolveUrl(base, reference)).toBe(resolved);
  });
});

describe('percentEncode', () => {
  it.each([
    ['a', '%61'],
    ['é', '%C3%A9'],
    ['\u{1f600}', '%F0%9F%98%80'],
    ['\ud800', '%EF%BF%BD'],
  ])('[D05] writes %j as %s', (text, encoded) => {
    expect(percentEncode(text)).toBe(encoded);
  });
});

describe('percentDecode', () => {
  it.each([
    ['%C3%A9', 'é'],
    ['%c3%a9', 'é'],
    ['%ff', 'ÿ'],
    ['%E4%C3%A4', 'äÃ¤'],
    ['%EF%BF%BD', 'ï¿½'],
    ['%zz%4', '%zz%4'],
    ['a+b%2Bc', 'a+b+c'],
    ['%2541', '%41'],
    ['%EF%BB%BFx', '\ufeffx'],
  ])('[A12] reads %j once, as %j', (text, decoded) => {
    expect(percentDecode(text)).toBe(decoded);
  });
});
