/** Arbitraries that several targets share. */
import fc from 'fast-check';

/** Any byte, as a character. */
export const byte: fc.Arbitrary<string> = fc.nat(255).map((code) => String.fromCharCode(code));

/** Text of a few words of a grammar, now and then with anything in between. */
export function sentence(
  words: readonly string[],
  maxLength = 10,
  junk: fc.Arbitrary<string> = byte,
): fc.Arbitrary<string> {
  const word = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...words) }, { weight: 1, arbitrary: junk });
  return fc.array(word, { maxLength }).map((parts) => parts.join(''));
}

/** Bytes of any kind, as text. */
export function bytes(maxLength: number): fc.Arbitrary<string> {
  return fc.string({ unit: byte, maxLength });
}

/** The index of a choice. */
export function choice(list: readonly unknown[]): fc.Arbitrary<number> {
  return fc.nat(list.length - 1);
}

/** The chosen one; a mutant may have chosen beyond the end. */
export function chosen<T>(list: readonly T[], index: number): T {
  return list[Math.abs(Math.trunc(index)) % list.length] as T;
}

/** Where bytes are cut in two or more. */
export const cuts: fc.Arbitrary<number[]> = fc.array(fc.nat(400), { maxLength: 4 });

/** The pieces between the cuts; none is empty. */
export function piecesOf(text: string, offsets: readonly number[]): string[] {
  const places = [
    0,
    ...offsets.map((at) => Math.min(Math.abs(Math.trunc(at)), text.length)).sort((a, b) => a - b),
    text.length,
  ];
  return places.slice(1).flatMap((end, i) => (end > places[i]! ? [text.slice(places[i], end)] : []));
}
