/** Mutants of inputs that are kept: one to four edits of their texts and lists, or a splice with another one. */
import fc from 'fast-check';

interface Edit {
  readonly leaf: number;
  readonly kind: number;
  readonly at: number;
  readonly length: number;
  readonly text: string;
  readonly donor: number;
}

/** A place of an input that an edit may change. */
interface Leaf {
  readonly path: string;
  readonly value: string | unknown[];
  set(value: unknown): void;
}

/**
 * @param pool Read when an input is made: what a long run adds is used at once. Must only grow, so that a failing input can be shrunk.
 */
export function mutants<Input>(pool: readonly Input[], tokens: readonly string[]): fc.Arbitrary<Input> {
  const edit: fc.Arbitrary<Edit> = fc.record({
    leaf: fc.nat(),
    kind: fc.nat(6),
    at: fc.nat(),
    length: fc.nat(12),
    text: fc.oneof(fc.constantFrom(...tokens), fc.string({ unit: 'binary', maxLength: 3 })),
    donor: fc.nat(),
  });
  return fc
    .tuple(fc.nat(), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([at, edits]) =>
      edits.reduce<Input>((input, one) => change(input, one, pool), structuredClone(pool[at % pool.length] as Input)),
    );
}

function change<Input>(input: Input, edit: Edit, pool: readonly Input[]): Input {
  const root = { input };
  const places = leaves(root.input, '', (value) => (root.input = value as Input));
  if (places.length === 0) return input;
  const { path, value, set } = places[edit.leaf % places.length]!;
  const { at, length, text, kind } = edit;
  const donor = (): Leaf['value'] =>
    leaves(structuredClone(pool[edit.donor % pool.length]), '', () => {}).find(
      (leaf) => leaf.path === path && typeof leaf.value === typeof value,
    )?.value ?? value;
  if (typeof value !== 'string') set(changeList(value, donor() as unknown[], kind, at));
  else {
    const from = at % (value.length + 1);
    set(changeText(value, donor() as string, kind, from, length, text));
  }
  return root.input;
}

function changeText(value: string, donor: string, kind: number, from: number, length: number, text: string): string {
  const [head, tail] = [value.slice(0, from), value.slice(from)];
  const changes = [
    head + text + tail,
    head + tail.slice(length),
    head + text + tail.slice(length),
    head + tail.slice(0, length) + tail,
    head,
    head + donor.slice(from),
    head + text.repeat(length) + tail,
  ];
  return changes[kind % changes.length]!;
}

function changeList(list: readonly unknown[], donor: readonly unknown[], kind: number, at: number): unknown[] {
  const from = list.length === 0 ? 0 : at % list.length;
  const changes = [
    list.toSpliced(from, 1),
    [...list.slice(0, from + 1), ...structuredClone(list.slice(from))],
    [...list.slice(0, from), ...donor.slice(from)],
    [...list, ...donor],
    list.toReversed(),
  ];
  return changes[kind % changes.length]!;
}

/** Texts and lists, depth first; elements of a list share a path, so that they lend each other. */
function leaves(value: unknown, path: string, set: (value: unknown) => void): Leaf[] {
  if (typeof value === 'string') return [{ path, value, set }];
  if (typeof value !== 'object' || value === null) return [];
  const list = value as unknown[];
  if (Array.isArray(value)) {
    return [
      { path, value: list, set },
      ...list.flatMap((item, i) => leaves(item, `${path}[]`, (next) => (list[i] = next))),
    ];
  }
  const record = value as Record<string, unknown>;
  return Object.keys(record).flatMap((key) => leaves(record[key], `${path}.${key}`, (next) => (record[key] = next)));
}
