import type { TestTitle } from './test-titles.ts';

/** Rules of one subject, from docs/rules.json. */
export interface RuleGroup {
  readonly name: string;
  /** Ids in the order of the table, such as `B-URL-03`, `M24`, `A01`, `pitfall 7`. */
  readonly rules: readonly string[];
  /** What a rule is about, by id. */
  readonly names?: Readonly<Record<string, string>>;
}

/** Which tests name which rule, and which ids are no rule at all. */
export interface Coverage {
  readonly tests: ReadonlyMap<string, readonly TestTitle[]>;
  readonly unknown: readonly (TestTitle & { id: string })[];
}

const behaviour = /\bB-([A-Z]+)-(\d+[a-z]?)((?:(?:\.\.|\/)\d+[a-z]?)*)/g;
const feature = /\b([MS])([1-9]\d*)(?:\.\.(?:[MS])?(\d+))?\b/g;
const bracket = /\[([^\]]*)\]/g;
const securityClass = /^[A-P]\d\d$/;
const pitfall = /\bpitfall (\d+)\b/gi;

/**
 * The rule ids that a test's title names.
 *
 * `B-URL-03`, `B-URL-03/04`, `B-URL-03..06`, `B-PROXY-07` for all of 07a to 07g, `M24`, `M24..M27`, `S3`, `pitfall 7`,
 * and security classes in brackets: `[A01]`, `[A01 CVE-2018-20060]`.
 */
export function ruleIds(title: string, known: ReadonlySet<string>): string[] {
  const ids: string[] = [];
  for (const [, subject, first = '', rest = ''] of title.matchAll(behaviour)) {
    let previous = first;
    ids.push(...variants(`B-${subject}-${first}`, known));
    for (const [, sign, next = ''] of rest.matchAll(/(\.\.|\/)(\d+[a-z]?)/g)) {
      for (let n = Number.parseInt(previous, 10) + 1; sign === '..' && n < Number.parseInt(next, 10); n++) {
        ids.push(...variants(`B-${subject}-${String(n).padStart(2, '0')}`, known));
      }
      ids.push(...variants(`B-${subject}-${next}`, known));
      previous = next;
    }
  }
  for (const [, letter, first, last = first] of title.matchAll(feature)) {
    for (let n = Number(first); n <= Number(last); n++) if (known.has(`${letter}${n}`)) ids.push(`${letter}${n}`);
  }
  for (const [, inside = ''] of title.matchAll(bracket)) {
    ids.push(...inside.split(/[\s,/]+/).filter((word) => securityClass.test(word) && !ids.includes(word)));
  }
  for (const [, number] of title.matchAll(pitfall)) ids.push(`pitfall ${number}`);
  return [...new Set(ids)];
}

function variants(id: string, known: ReadonlySet<string>): string[] {
  if (known.has(id)) return [id];
  const lettered = [...known].filter((other) => other.startsWith(id) && /^[a-z]$/.test(other.slice(id.length)));
  return lettered.length > 0 ? lettered : [id];
}

/** Finds the tests of each rule. */
export function coverage(groups: readonly RuleGroup[], titles: readonly TestTitle[]): Coverage {
  const known = new Set(groups.flatMap(({ rules }) => rules));
  const tests = new Map<string, TestTitle[]>();
  const unknown: (TestTitle & { id: string })[] = [];
  for (const test of titles) {
    for (const id of ruleIds(test.title, known)) {
      if (!known.has(id)) unknown.push({ ...test, id });
      else if (tests.has(id)) tests.get(id)?.push(test);
      else tests.set(id, [test]);
    }
  }
  return { tests, unknown };
}
