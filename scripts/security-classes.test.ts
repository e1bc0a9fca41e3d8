import { describe, expect, it } from 'vitest';
import { ruleIds } from './rules.ts';
import { type SecurityClass, securityCoverage } from './security-classes.ts';

const one = (id: string, more: Partial<SecurityClass> = {}): SecurityClass => ({
  id,
  title: `about ${id}`,
  priority: 'P0',
  owners: ['core'],
  ids: [],
  ...more,
});
const cover = (classes: SecurityClass[], ...titles: string[]) =>
  securityCoverage(
    [{ letter: 'A', name: 'all', classes }],
    titles.map((title) => ({ file: 'a.test.ts', title })),
    ruleIds,
  );

describe('securityCoverage', () => {
  it('counts an advisory that a title names for each of its classes', () => {
    const classes = [
      one('A01', { ids: ['CVE-2018-20060'] }),
      one('A06', { ids: ['CVE-2018-20060', 'GHSA-aaaa-bbbb-cccc'] }),
    ];
    const found = cover(classes, '[A01 CVE-2018-20060] one', '[A01] two', '[A06] three');
    expect(found.problems).toEqual([]);
    expect([...found.tests].map(([id, tests]) => [id, tests.length])).toEqual([
      ['A01', 2],
      ['A06', 1],
    ]);
    expect([...found.replays]).toEqual([
      ['A01', new Set(['CVE-2018-20060'])],
      ['A06', new Set(['CVE-2018-20060'])],
    ]);
    expect(found.ids.size).toBe(1);
  });

  it('asks for a test or a reason where the priority is P0 or P1', () => {
    const classes = [
      one('A01'),
      one('A02', { priority: 'P1', withoutFeature: 'none' }),
      one('A03', { priority: 'P2' }),
    ];
    expect(cover(classes).problems).toEqual(['A01 (about A01) has neither a test nor a reason to have none']);
  });

  it('knows every advisory that a title names', () => {
    expect(cover([one('A01')], '[A01 CVE-2018-99999] one').problems).toEqual([
      'a.test.ts: no class of docs/security-classes.json has CVE-2018-99999 (in "[A01 CVE-2018-99999] one")',
    ]);
  });
});
