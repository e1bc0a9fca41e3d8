import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type Codes, codes } from './status-codes.ts';

/** As Requests 2.34.2 has them. */
const NAMES: Readonly<Record<number, string>> = {
  100: 'continue',
  101: 'switching_protocols',
  102: 'processing early-hints',
  103: 'checkpoint',
  122: 'request_uri_too_long',
  200: 'ok okay all_ok all_okay all_good \\o/ ✓',
  201: 'created',
  202: 'accepted',
  203: 'non_authoritative_info non_authoritative_information',
  204: 'no_content',
  205: 'reset_content reset',
  206: 'partial_content partial',
  207: 'multi_status multiple_status multi_stati multiple_stati',
  208: 'already_reported',
  226: 'im_used',
  300: 'multiple_choices',
  301: 'moved_permanently moved \\o-',
  302: 'found',
  303: 'see_other other',
  304: 'not_modified',
  305: 'use_proxy',
  306: 'switch_proxy',
  307: 'temporary_redirect temporary_moved temporary',
  308: 'permanent_redirect resume_incomplete resume',
  400: 'bad_request bad',
  401: 'unauthorized',
  402: 'payment_required payment',
  403: 'forbidden',
  404: 'not_found -o-',
  405: 'method_not_allowed not_allowed',
  406: 'not_acceptable',
  407: 'proxy_authentication_required proxy_auth proxy_authentication',
  408: 'request_timeout timeout',
  409: 'conflict',
  410: 'gone',
  411: 'length_required',
  412: 'precondition_failed',
  413: 'request_entity_too_large content_too_large',
  414: 'request_uri_too_large uri_too_long',
  415: 'unsupported_media_type unsupported_media media_type',
  416: 'requested_range_not_satisfiable requested_range range_not_satisfiable',
  417: 'expectation_failed',
  418: 'im_a_teapot teapot i_am_a_teapot',
  421: 'misdirected_request',
  422: 'unprocessable_entity unprocessable unprocessable_content',
  423: 'locked',
  424: 'failed_dependency dependency',
  425: 'unordered_collection unordered too_early',
  426: 'upgrade_required upgrade',
  428: 'precondition_required precondition',
  429: 'too_many_requests too_many',
  431: 'header_fields_too_large fields_too_large',
  444: 'no_response none',
  449: 'retry_with retry',
  450: 'blocked_by_windows_parental_controls parental_controls',
  451: 'unavailable_for_legal_reasons legal_reasons',
  499: 'client_closed_request',
  500: 'internal_server_error server_error /o\\ ✗',
  501: 'not_implemented',
  502: 'bad_gateway',
  503: 'service_unavailable unavailable',
  504: 'gateway_timeout',
  505: 'http_version_not_supported http_version',
  506: 'variant_also_negotiates',
  507: 'insufficient_storage',
  509: 'bandwidth_limit_exceeded bandwidth',
  510: 'not_extended',
  511: 'network_authentication_required network_auth network_authentication',
};

const NAME_AND_CODE = Object.entries(NAMES).flatMap(([code, names]) =>
  names.split(' ').map((name) => [name, Number(code)] as const),
);
const table = codes as unknown as Readonly<Record<string, unknown>>;

describe('codes', () => {
  it('B-CODE-01 M40 finds 200 under ok, in any of its ways', () => {
    expect([codes.ok, codes.ok, codes.OK, codes.get('ok')]).toEqual([200, 200, 200, 200]);
    expect(codes['\\o/']).toBe(200);
    expect(codes['✓']).toBe(200);
  });

  it.each(NAME_AND_CODE)('B-CODE-03 S21 M40 knows %s as %d', (name, code) => {
    expect(table[name]).toBe(code);
    expect(codes.get(name)).toBe(code);
  });

  it.each(NAME_AND_CODE)('B-CODE-01 knows %s in upper case, unless it begins with a slash', (name, code) => {
    const upper = name.toUpperCase();
    const kept = upper === name || !/^[\\/]/.test(name);
    expect(table[upper]).toBe(kept ? code : undefined);
  });

  it.each([
    ['notFound', 404],
    ['imATeapot', 418],
    ['iAmATeapot', 418],
    ['httpVersionNotSupported', 505],
    ['unavailableForLegalReasons', 451],
  ])('M40 knows %s, in camelCase, as %d', (name, code) => {
    expect(table[name]).toBe(code);
  });

  it('B-CODE-01 has no other name', () => {
    const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const expected = NAME_AND_CODE.flatMap(([name]) => [
      name,
      camel(name),
      /^[\\/]/.test(name) ? name : name.toUpperCase(),
    ]);
    expect(new Set(Object.keys(codes))).toEqual(new Set(expected));
  });

  it('B-CODE-02 B-DIFF-43 B-CID-08 gives undefined, or the fallback, for a name that it does not know', () => {
    const missing: string = 'no_such_name';
    expect(codes[missing as keyof Codes]).toBeUndefined();
    expect(codes.get(missing)).toBeUndefined();
    expect(codes.get(missing, 7)).toBe(7);
    expect(codes.get('ok', 7)).toBe(200);
  });

  it.each(['__proto__', 'constructor', 'toString', 'get', 'hasOwnProperty'])(
    '[J02] B-CODE-02 knows no code named %s',
    (name) => {
      expect(codes.get(name)).toBeUndefined();
    },
  );

  it('B-CODE-04 gives a name that was defined twice its later code, and has no early_hints', () => {
    expect(codes.uri_too_long).toBe(414);
    expect(codes.precondition).toBe(428);
    expect(codes['early-hints']).toBe(102);
    expect(table.early_hints).toBeUndefined();
    expect(table.earlyHints).toBeUndefined();
  });

  it("B-CID-08 B-API-23 prints as <lookup 'status_codes'>", () => {
    expect(String(codes)).toBe("<lookup 'status_codes'>");
    expect(inspect(codes)).toBe("<lookup 'status_codes'>");
  });

  it('[J01] cannot be changed', () => {
    expect(Object.isFrozen(codes)).toBe(true);
    expect(Object.getPrototypeOf(codes)).toBeNull();
  });
});
