import { describe, expect, it } from 'vitest';
import { notPublic, publicAddressesOnly } from './public-addresses.ts';

describe('publicAddressesOnly', () => {
  it.each([
    ['127.0.0.1', 'a loopback address'],
    ['127.255.255.254', 'a loopback address'],
    ['0.0.0.0', 'of this network'],
    ['0.1.2.3', 'of this network'],
    ['10.0.0.1', 'private'],
    ['10.255.255.255', 'private'],
    ['100.64.0.1', 'shared by customers of a provider'],
    ['100.127.255.255', 'shared by customers of a provider'],
    ['169.254.169.254', 'link-local'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.0.0.8', 'for protocols'],
    ['192.0.2.1', 'for documentation'],
    ['192.88.99.1', 'a relay of 6to4'],
    ['192.168.0.1', 'private'],
    ['198.18.0.1', 'for benchmarks'],
    ['198.19.255.255', 'for benchmarks'],
    ['198.51.100.7', 'for documentation'],
    ['203.0.113.7', 'for documentation'],
    ['224.0.0.1', 'a multicast address'],
    ['239.255.255.255', 'a multicast address'],
    ['240.0.0.1', 'reserved'],
    ['255.255.255.255', 'reserved'],
    ['::', 'reserved'],
    ['::1', 'a loopback address'],
    ['0:0:0:0:0:0:0:1', 'a loopback address'],
    ['::7f00:1', 'reserved'],
    ['::127.0.0.1', 'reserved'],
    ['64:ff9b:1::7f00:1', 'translated locally'],
    ['100::1', 'reserved'],
    ['2001::1', 'for protocols'],
    ['2001:db8::1', 'for documentation'],
    ['3fff:fff::1', 'for documentation'],
    ['fc00::1', 'unique local'],
    ['fdff:ffff::1', 'unique local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['febf::1', 'link-local'],
    ['fec0::1', 'reserved'],
    ['ff02::1', 'a multicast address'],
  ])('[B04] refuses %s, which is %s', (address, kind) => {
    expect(notPublic(address)).toBe(kind);
  });

  it.each([
    ['CVE-2026-69192', '::ffff:127.0.0.1', 'a loopback address'],
    ['CVE-2026-54272', '::ffff:7f00:1', 'a loopback address'],
    ['CVE-2026-54272', '0:0:0:0:0:ffff:a9fe:a9fe', 'link-local'],
    ['CVE-2026-69198', '64:ff9b::10.0.0.1', 'private'],
    ['CVE-2026-69198', '64:ff9b::a9fe:a9fe', 'link-local'],
    ['CVE-2026-101912', '2002:7f00:1::', 'a loopback address'],
    ['CVE-2026-101913', '2002:c0a8:101::1', 'private'],
  ])('[B04 %s] unwraps %s, which is %s', (_id, address, kind) => {
    expect(notPublic(address)).toBe(kind);
  });

  it.each([
    ['CVE-2024-29415', '127.1'],
    ['CVE-2024-29415', '012.1.2.3'],
    ['CVE-2023-42282', '0x7f.1'],
    ['CVE-2021-28918', '010.8.8.8'],
    ['CVE-2021-29418', '0177.0.0.1'],
    ['CVE-2022-32212', '10.0.2.555'],
    ['CVE-2022-43548', '1.09.0.0'],
    ['CVE-2026-101910', '127.0.0.1/8'],
    ['CVE-2026-101910', '8.8.8.8/0'],
    ['CVE-2018-7160', 'localhost'],
  ])('[B04 %s] takes %s for no address', (_id, address) => {
    expect(notPublic(address)).toBe('no IP address');
  });

  it.each([
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2000::',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2606:4700::1111',
    '3ffe::1',
    '3fff:1000::1',
    '::ffff:8.8.8.8',
    '64:ff9b::808:808',
    '2002:808:808::1',
  ])('lets %s pass', (address) => {
    expect(notPublic(address)).toBeUndefined();
  });

  it('[B04] refuses what nobody here resolves, and lets a proxy stand anywhere', () => {
    const hostname = 'a.example';
    expect(() => publicAddressesOnly(hostname, { hostname, port: 80, role: 'target', resolved: false })).toThrow(
      /not known/,
    );
    expect(publicAddressesOnly('10.0.0.1', { hostname, port: 3128, role: 'proxy', resolved: true })).toBeUndefined();
  });
});
