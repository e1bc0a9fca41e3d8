import { describe, expect, it } from 'vitest';
import { coverage, ruleIds } from './rules.ts';

const known = new Set(['A01', 'A02', 'M01', 'M1', 'M2', 'M3', 'S2', 'pitfall 7', 'B-REDIR-20a', 'B-REDIR-20b']);
for (let n = 1; n <= 6; n++) known.add(`B-URL-0${n}`);

describe('ruleIds', () => {
  it.each([
    ['sends the longer path first', []],
    ['B-URL-03 strips blanks', ['B-URL-03']],
    ['B-URL-01/03 strips blanks, as B-URL-05 says', ['B-URL-01', 'B-URL-03', 'B-URL-05']],
    ['B-URL-02..05 is a range', ['B-URL-02', 'B-URL-03', 'B-URL-04', 'B-URL-05']],
    ['B-REDIR-20 stands for its rows', ['B-REDIR-20a', 'B-REDIR-20b']],
    ['B-REDIR-20b is one row', ['B-REDIR-20b']],
    ['B-URL-77 is reported, known or not', ['B-URL-77']],
    ['M1..M3 and S2', ['M1', 'M2', 'M3', 'S2']],
    ['M400 of memory is no rule', []],
    ['[A01 CVE-2018-20060] strips', ['A01']],
    ['[A01, A02] strips', ['A01', 'A02']],
    ['[M01] is a class, M1 a feature', ['M1', 'M01']],
    ['A01 without brackets is no rule', []],
    ['Pitfall 7: late alert', ['pitfall 7']],
  ])('%s', (title, ids) => {
    expect(ruleIds(title, known)).toEqual(ids);
  });
});

describe('coverage', () => {
  it('gathers the tests of a rule and keeps ids that are no rule', () => {
    const groups = [{ name: 'URL', rules: ['B-URL-01', 'B-URL-02'] }];
    const first = { file: 'a.test.ts', title: 'B-URL-01 one' };
    const second = { file: 'b.test.ts', title: 'B-URL-01 two' };
    const typo = { file: 'b.test.ts', title: 'B-ULR-02 three' };
    const { tests, unknown } = coverage(groups, [first, second, typo]);
    expect([...tests]).toEqual([['B-URL-01', [first, second]]]);
    expect(unknown).toEqual([{ ...typo, id: 'B-ULR-02' }]);
  });
});
