/**
 * How what parses is tried with whatever may come. Beside a parser lies `<name>.fuzz.ts`; its
 * default export says, for what the catalog holds, which inputs are tried and what every one of
 * them must end in. The proving ground finds these files by their names and tries millions; the
 * test beside the parser tries a few hundred of the same.
 */
import fc from 'fast-check';
import type { Catalog } from '../plugins/family.ts';

export interface Fuzz<T = unknown> {
  parser: string;
  /** What the inputs are. */
  about: string;
  input: fc.Arbitrary<T>;
  /** Throws where reading ends in anything else than it may. */
  survives(input: T): void;
}

export type FuzzSource = (catalog: Catalog) => readonly Fuzz[];

export const defineFuzz = <T>(fuzz: Fuzz<T>): Fuzz => fuzz as Fuzz;

/** Of so many inputs, how many were survived: all, or it throws with the smallest that was not. */
export function survived({ input, survives }: Fuzz, seed: number, numRuns: number): number {
  let count = 0;
  const property = fc.property(input, (one) => {
    survives(one);
    count++;
  });
  fc.assert(property, { seed, numRuns });
  return count;
}

/** Bytes of no meaning, and good ones that something happened to. */
export const damaged = (good: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 80 }) },
    { weight: 3, arbitrary: fc.tuple(good, fc.nat(), fc.nat(255)).map(flipped) },
    { weight: 2, arbitrary: fc.tuple(good, fc.nat()).map(torn) },
    {
      weight: 1,
      arbitrary: fc.tuple(good, fc.nat(), fc.uint8Array({ maxLength: 8 })).map(widened),
    },
  );

function flipped([good, at, byte]: [Uint8Array, number, number]): Uint8Array {
  const bytes = Uint8Array.from(good);
  if (bytes.length > 0) bytes[at % bytes.length] = byte;
  return bytes;
}

const torn = ([good, at]: [Uint8Array, number]): Uint8Array =>
  good.slice(0, at % (good.length + 1));

function widened([good, at, more]: [Uint8Array, number, Uint8Array]): Uint8Array {
  const from = at % (good.length + 1);
  return Uint8Array.of(...good.subarray(0, from), ...more, ...good.subarray(from));
}
