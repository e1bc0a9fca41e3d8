import { describe, expect, it } from 'vitest';
import { isInNetwork, parseAddress, parseNetwork } from './address.ts';

describe('parseAddress', () => {
  it.each([
    ['127.0.0.1', [127, 0, 0, 1]],
    ['255.255.255.255', [255, 255, 255, 255]],
    ['::', Array(16).fill(0)],
    ['::1', [...Array(15).fill(0), 1]],
    ['[::1]', [...Array(15).fill(0), 1]],
    ['0:0:0:0:0:0:0:1', [...Array(15).fill(0), 1]],
    ['2001:DB8::a:1', [0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x0a, 0, 1]],
    ['::ffff:10.0.0.1', [10, 0, 0, 1]],
    ['::FFFF:a00:1', [10, 0, 0, 1]],
    ['64:ff9b::10.0.0.1', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 0, 1]],
  ])('[H01] reads %s', (text, bytes) => {
    expect(Array.from(parseAddress(text)!)).toEqual(bytes);
  });

  it.each([
    '',
    '127.1',
    '0177.0.0.1',
    '0x7f.0.0.1',
    '2130706433',
    '1.2.3.4.5',
    '256.0.0.1',
    '1.2.3.4.',
    '01.2.3.4',
    'fe80::1%eth0',
    '[fe80::1%25eth0]',
    '::1::',
    '1.2.3.4\n',
    '१.2.3.4',
    ':::',
  ])('[C02] refuses %j', (text) => {
    expect(parseAddress(text)).toBeNull();
  });
});

describe('parseNetwork', () => {
  it.each([
    ['10.0.0.0/8', '10.255.0.1', true],
    ['10.0.0.0/8', '11.0.0.1', false],
    ['10.0.0.0/9', '10.128.0.1', false],
    ['10.1.2.3/32', '10.1.2.3', true],
    ['10.1.2.3/32', '10.1.2.2', false],
    ['128.0.0.0/1', '200.0.0.1', true],
    ['fd00::/8', 'fdff::1', true],
    ['fd00::/8', 'fe00::1', false],
    ['2001:db8::/33', '2001:db8:8000::', false],
    ['::/1', '10.0.0.1', false],
    ['::ffff:10.0.0.0/104', '10.9.9.9', true],
    ['10.0.0.0/8', '::ffff:10.9.9.9', true],
    ['10.0.0.0/8', '::a09:909', false],
  ])('[H01] %s contains %s: %s', (network, address, expected) => {
    expect(isInNetwork(parseAddress(address)!, parseNetwork(network)!)).toBe(expected);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/0',
    '10.0.0.0/33',
    '10.0.0.0/a',
    '10.0.0.0/',
    '10.0.0.0/ 8',
    '10.0.0.0/8/8',
    '/8',
    '10/8',
    'c.example/8',
    '::/0',
    '::/129',
    'fe80::1%a/64',
    '::ffff:10.0.0.0/96',
  ])('B-PROXY-08 %s is no network', (text) => {
    expect(parseNetwork(text)).toBeNull();
  });
});
