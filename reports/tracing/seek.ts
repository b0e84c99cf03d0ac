/**
 * From what a person means to the thing that a run has: its word may be left out, and what is of a
 * place may be named by that, or by the device under which it is listed.
 */
import { errorText } from '#kernel';
import type { TraceGround } from './gather.ts';
import type { Ref } from './ids.ts';
import type { Thing, TraceBook } from './trace-book.ts';

/** In whose lives it is told. */
export function livesOf(ground: TraceGround, ref: Ref): Set<number> {
  const own = ref.place === undefined ? [] : besides(ground, ref);
  return new Set([...(ref.device < 0 ? [] : [ref.device]), ...own]);
}

/** Whom else a thing hangs on, as its capability says. */
export const besides = ({ kinds, plan, troubles }: TraceGround, ref: Ref): number[] =>
  kinds.flatMap(({ kind, beside, names = {} }) => {
    if (troubles.has(kind) || beside === undefined) return [];
    const words = ref.word === '' ? Object.keys(names) : [ref.word];
    try {
      return words.flatMap((word) => [...beside({ ...ref, word }, plan)]);
    } catch (error) {
      troubles.set(kind, errorText(error));
      return [];
    }
  });

/** Undefined where nothing is told of it but a name. */
export function seek(book: TraceBook, ref: Ref): Thing | undefined {
  for (const thing of book.all()) if (isMeant(ref, thing)) return thing;
  return undefined;
}

function isMeant({ word, name, device, key, place }: Ref, { ref }: Thing): boolean {
  const isOf = place === undefined ? ref.device === device : ref.place === place;
  const isCalled = (word === '' || ref.word === word) && ref.name === name;
  return isOf && isCalled && ref.key === key;
}
