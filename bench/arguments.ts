/**
 * What a bench was asked for. A name that nothing has, or a count of nothing, would leave a bench
 * that measures nothing and is content with it: it ends with 2 instead.
 */
const NOT_UNDERSTOOD = 2;

/** Those that were named, or all where none was. */
export function chosen<T>(all: readonly T[], nameOf: (one: T) => string, named: string[]): T[] {
  const known = all.map(nameOf);
  const strange = named.find((name) => !known.includes(name));
  if (strange !== undefined) refuse(`there is no '${strange}'; known: ${known.join(', ')}`);
  return named.length === 0 ? [...all] : all.filter((one) => named.includes(nameOf(one)));
}

export function countOf(given: string | undefined, otherwise: number): number {
  if (given === undefined) return otherwise;
  if (!/^[1-9]\d*$/.test(given)) refuse(`a whole number above 0 is wanted, not '${given}'`);
  return Number(given);
}

export function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(NOT_UNDERSTOOD);
}
