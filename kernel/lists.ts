/**
 * Lists under keys. To copy a list for each thing that is added to it costs the square of what a
 * run is long.
 */

/** Adds to the list under that key, or begins one. */
export function addTo<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [value]);
  else known.push(value);
}
