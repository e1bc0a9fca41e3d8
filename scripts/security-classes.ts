import { advisories } from './test-table.ts';
import type { TestTitle } from './test-titles.ts';

/** One way to go wrong, with every advisory that was published about it. */
export interface SecurityClass {
  /** A letter and two digits, such as `A01`. */
  readonly id: string;
  readonly title: string;
  readonly priority: 'P0' | 'P1' | 'P2' | 'P3';
  /** Packages whose business it is. */
  readonly owners: readonly string[];
  readonly ids: readonly string[];
  /** Why it cannot happen: the feature does not exist. */
  readonly withoutFeature?: string;
}

/** Classes of one subject, from docs/security-classes.json. */
export interface SecurityGroup {
  readonly letter: string;
  readonly name: string;
  readonly classes: readonly SecurityClass[];
}

/** Which tests hold which class, and what is wrong with them. */
export interface ClassCoverage {
  readonly tests: ReadonlyMap<string, readonly TestTitle[]>;
  /** Advisories that are replayed, by class. */
  readonly replays: ReadonlyMap<string, ReadonlySet<string>>;
  /** Advisories that are replayed. */
  readonly ids: ReadonlySet<string>;
  readonly problems: readonly string[];
}

/** Finds the tests of each class. A P0 or P1 class needs one, or a reason; an advisory that a title names must belong to a class. */
export function securityCoverage(
  groups: readonly SecurityGroup[],
  titles: readonly TestTitle[],
  idsOf: (title: string, known: ReadonlySet<string>) => readonly string[],
): ClassCoverage {
  const classes = groups.flatMap((group) => group.classes);
  const known = new Set(classes.map(({ id }) => id));
  const owners = Map.groupBy(
    classes.flatMap(({ id, ids }) => ids.map((advisory) => ({ id, advisory }))),
    ({ advisory }) => advisory,
  );
  const tests = new Map<string, TestTitle[]>();
  const replays = new Map<string, Set<string>>();
  const problems: string[] = [];
  for (const test of titles) {
    for (const id of idsOf(test.title, known)) {
      if (known.has(id)) tests.set(id, [...(tests.get(id) ?? []), test]);
    }
    for (const advisory of advisories(test.title)) {
      const own = owners.get(advisory);
      if (!own)
        problems.push(`${test.file}: no class of docs/security-classes.json has ${advisory} (in "${test.title}")`);
      for (const { id } of own ?? []) replays.set(id, (replays.get(id) ?? new Set()).add(advisory));
    }
  }
  for (const { id, title, priority, withoutFeature } of classes) {
    const needed = priority === 'P0' || priority === 'P1';
    if (needed && !tests.has(id) && !withoutFeature)
      problems.push(`${id} (${title}) has neither a test nor a reason to have none`);
  }
  return { tests, replays, ids: new Set([...replays.values()].flatMap((ids) => [...ids])), problems };
}
