/** Sizes of one package, or their limits, in bytes. */
export interface Sizes {
  /** Its own code, minified and compressed. */
  readonly bundle: number;
  /** What npm downloads. */
  readonly tarball: number;
}

/** Room above what was measured: compressors differ a little between machines, and a fix may take a line. */
const headroom = 1.02;

const kinds = ['bundle', 'tarball'] as const;

/** What is over its budget, or has none. */
export function checkSizes(sizes: ReadonlyMap<string, Sizes>, budgets: Readonly<Record<string, Sizes>>): string[] {
  return [...sizes].flatMap(([name, size]) => {
    const budget = budgets[name];
    if (!budget) return [`${name} has no budget: run pnpm sizes --lower`];
    return kinds
      .filter((kind) => size[kind] > budget[kind])
      .map(
        (kind) => `the ${kind} of ${name} has ${size[kind]} bytes, its budget is ${budget[kind]} (scripts/sizes.json)`,
      );
  });
}

/** Budgets a little above the sizes, and never above those that there are. */
export function nextBudgets(
  sizes: ReadonlyMap<string, Sizes>,
  budgets: Readonly<Record<string, Sizes>>,
): Record<string, Sizes> {
  const next = (name: string, size: Sizes, kind: keyof Sizes): number =>
    Math.min(Math.ceil((size[kind] * headroom) / 100) * 100, budgets[name]?.[kind] ?? Number.POSITIVE_INFINITY);
  return Object.fromEntries(
    [...sizes].map(([name, size]) => [
      name,
      { bundle: next(name, size, 'bundle'), tarball: next(name, size, 'tarball') },
    ]),
  );
}
