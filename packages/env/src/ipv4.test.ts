import { describe, expect, it } from 'vitest';
import { addressInNetwork, dottedNetmask, isIpv4Address, isValidCidr } from './ipv4.ts';

describe('isIpv4Address', () => {
  it.each(['8.8.8.8', '127.1', '127.0.1', '1', '0x7f.1', '0177.0.0.1', '0', '4294967295'])(
    'B-UTIL-16 takes %s',
    (text) => {
      expect(isIpv4Address(text)).toBe(true);
    },
  );

  it.each([
    '',
    '8.8.8.8.8',
    'localhost.localdomain',
    '256.1.1.1',
    '1.2.3.256',
    '1.2.65536',
    '4294967296',
    '09',
    '1.',
    '.1',
    '1..1',
    '1 ',
    '::1',
    '٣.1.1.1',
  ])('B-UTIL-16 refuses %j', (text) => {
    expect(isIpv4Address(text)).toBe(false);
  });
});

describe('isValidCidr', () => {
  it.each(['192.168.1.0/24', '10.0.0.0/1', '10.0.0.0/32', '10/8'])('B-UTIL-16 takes %s', (text) => {
    expect(isValidCidr(text)).toBe(true);
  });

  it.each([
    '8.8.8.8',
    '192.168.1.0/a',
    '192.168.1.0/128',
    '192.168.1.0/-1',
    '192.168.1.999/24',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/8/8',
    '/8',
    '',
  ])('B-UTIL-16 B-PROXY-08 refuses %j', (text) => {
    expect(isValidCidr(text)).toBe(false);
  });
});

describe('addressInNetwork', () => {
  it.each([
    ['192.168.1.1', '192.168.1.0/24', true],
    ['172.16.0.1', '192.168.1.0/24', false],
    ['192.168.1.1', '192.168.1.77/24', true],
    ['255.255.255.255', '128.0.0.0/1', true],
    ['127.1', '127.0.0.0/8', true],
  ])('B-UTIL-16 %s in %s: %s', (address, network, expected) => {
    expect(addressInNetwork(address, network)).toBe(expected);
  });

  it('B-DIFF-31 throws a TypeError for what is no address or network', () => {
    expect(() => addressInNetwork('c.example', '10.0.0.0/8')).toThrow(TypeError);
    expect(() => addressInNetwork('10.0.0.1', '10.0.0.0')).toThrow(TypeError);
  });
});

describe('dottedNetmask', () => {
  it.each([
    [8, '255.0.0.0'],
    [24, '255.255.255.0'],
    [25, '255.255.255.128'],
    [32, '255.255.255.255'],
    [0, '0.0.0.0'],
  ])('B-UTIL-16 turns %i into %s', (prefix, mask) => {
    expect(dottedNetmask(prefix)).toBe(mask);
  });

  it.each([-1, 33, 1.5, Number.NaN])('refuses %d', (prefix) => {
    expect(() => dottedNetmask(prefix)).toThrow(RangeError);
  });
});
