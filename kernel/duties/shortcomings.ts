/**
 * A plug-in held to its family: the form of its fields first, and then every duty, by trying it.
 * What it throws meanwhile is a shortcoming of its own, told with the place in its file.
 */
import { WorldError } from '../errors.ts';
import type { Catalog, Duty, Family, Plugin } from '../plugins/family.ts';
import { threw } from '../plugins/guard.ts';
import { type Random, randomStream } from '../random.ts';

export interface Shortcoming {
  /** The duty that it does not keep. */
  duty: string;
  message: string;
  /** What to do, or where to look, where that is known. */
  remedy?: string;
  /** Nothing is wrong; it may only be worth knowing. */
  advice?: true;
}

/**
 * A malformed one is not tried: it could only fail in ways that its form explains. `before` hears
 * of each duty before it is tried, since one may never end.
 */
export async function shortcomingsOf<T extends Plugin>(
  family: Family<T>,
  plugin: T,
  catalog: Catalog,
  before: (says: string) => void = () => {},
): Promise<Shortcoming[]> {
  const malformed = family.check(plugin);
  if (malformed.length > 0) {
    const remedy = `${family.define} has the types of all fields`;
    return malformed.map((message) => ({ duty: 'has sound fields', message, remedy }));
  }
  const found: Shortcoming[] = [];
  for (const duty of await family.duties()) {
    before(duty.says);
    found.push(...(await failings(duty, plugin, catalog)));
  }
  return found;
}

async function failings<T extends Plugin>(
  duty: Duty<T>,
  plugin: T,
  catalog: Catalog,
): Promise<Shortcoming[]> {
  const { says, advice } = duty;
  const about = { duty: says, ...(advice === undefined ? {} : { advice }) };
  try {
    return (await duty.flaws(plugin, catalog)).map((message) => ({ ...about, message }));
  } catch (error) {
    const told = threw(`the ${plugin.family ?? 'plug-in'} ${plugin.kind}`, `'${says}'`, error);
    const { message, remedy } = told instanceof WorldError ? told : { message: String(told) };
    // One that throws has not been tried to the end, whatever was to be seen.
    return [{ duty: says, message, ...(remedy === undefined ? {} : { remedy }) }];
  }
}

/**
 * The first of so many drawn tries in which something is wrong. The draws hang on the name alone,
 * so whoever tries again meets the same.
 */
export function tries(name: string, times: number, once: (random: Random) => string[]): string[] {
  for (let turn = 0; turn < times; turn++) {
    const flaws = once(randomStream(turn, `duty/${name}`));
    if (flaws.length > 0) return flaws;
  }
  return [];
}
