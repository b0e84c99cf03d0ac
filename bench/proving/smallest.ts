/** Cuts a list down to what still shows something, by halves first and single items last. */
export function smallest<T>(items: readonly T[], shows: (kept: readonly T[]) => boolean): T[] {
  let kept = [...items];
  for (let size = kept.length >> 1; size >= 1; ) {
    let cut = false;
    for (let from = 0; from < kept.length; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      if (shows(without)) {
        kept = without;
        cut = true;
      } else from += size;
    }
    // What could not be left out may be so after something else was.
    if (!cut || size > 1) size >>= 1;
  }
  return kept;
}
