/** Aliases as observers write them down: `3-7,12`, and a text that was cut ends in `…`. */

export interface Aliases {
  ranges: readonly (readonly [number, number])[];
  /** There were more of them than were written down. */
  isCut: boolean;
}

export function readAliases(text: string): Aliases {
  const isCut = text.endsWith('…');
  const parts = text === '' ? [] : text.split(',');
  // What was cut off may be the rest of a number.
  const whole = isCut ? parts.slice(0, -1) : parts;
  const ranges = whole.flatMap((part) => {
    const [from, to = from] = part.split('-').map(Number);
    // Beyond these one more is the same number, and nothing can be told of it.
    const isWhole = Number.isSafeInteger(from) && Number.isSafeInteger(to);
    return from === undefined || to === undefined || !isWhole ? [] : [[from, to] as const];
  });
  return { ranges, isCut };
}

/** The first of these that is none of those; null where all are. */
export function firstBeyond(
  { ranges }: Aliases,
  known: readonly (readonly [number, number])[],
): number | null {
  for (const [from, to] of ranges) {
    for (let alias = from; alias <= to; ) {
      const holder = known.find(([first, last]) => alias >= first && alias <= last);
      if (holder === undefined) return alias;
      alias = holder[1] + 1;
    }
  }
  return null;
}
