/**
 * What a plug-in gets wrong while it runs is its author's affair: told under its name, with the
 * place in its file and a way out, and neither as a fault of ours nor as a verdict.
 */
import { knownHint, WorldError } from '../errors.ts';

/**
 * Somebody asked of us what there is not, or handed us what cannot be. Who it was is added by
 * `inNameOf`; where nobody does, it is still no fault of ours.
 */
export class Misuse extends WorldError {
  constructor(message: string, remedy?: string) {
    super('plug-in', message, remedy);
  }
}

/** For a name that nobody carries: with the one that was meant, or those that there are. */
export const misnamed = (message: string, given: string, legal: Iterable<string>): Misuse =>
  new Misuse(message, knownHint(given, legal).hint);

/** Does what a plug-in brought; what it throws is told under its name. */
export function inNameOf<T>(who: string, where: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw threw(who, where, error);
  }
}

/** The same action, guarded once: for what is called with every message. */
export const guardedAs =
  <Given extends unknown[], Out>(who: string, where: string, action: (...given: Given) => Out) =>
  (...given: Given): Out => {
    try {
      return action(...given);
    } catch (error) {
      throw threw(who, where, error);
    }
  };

/** What a plug-in threw. What the world, or another plug-in inside, has done is told already. */
export function threw(who: string, where: string, error: unknown): WorldError {
  if (error instanceof Misuse) {
    const [place] = placesOf(error).filter(isTheirs);
    const remedies = [error.remedy, see(place)].filter((one) => one !== undefined);
    const remedy = remedies.length === 0 ? undefined : remedies.join('; ');
    return new WorldError('plug-in', `${who}, in ${where}: ${error.message}`, remedy);
  }
  if (error instanceof WorldError) return error;
  const places = placesOf(error);
  const remedy = see(places.find(isTheirs) ?? places[0]);
  return new WorldError('plug-in', `${who} threw in ${where}: ${reasonOf(error)}`, remedy);
}

/**
 * What nobody caught, out of a timer or a promise: where it was thrown says whose it is. What is
 * ours, or has no place, is left as it is.
 */
export function strayed(error: unknown): unknown {
  const place = placesOf(error).find((one) => !one.includes('/node_modules/') || !isTheirs(one));
  if (error instanceof WorldError || place === undefined || !isTheirs(place)) return error;
  const message = `a plug-in threw where nobody caught it: ${reasonOf(error)}`;
  return new WorldError('plug-in', message, see(place));
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Where the calls were that led to it, the innermost first. */
function placesOf(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return [...stack.matchAll(/\(?(file:[^)\s]+)\)?/g)].map(([, place = '']) => place);
}

/** The folder that the rooms lie in, in a clone as in the installed package. */
const ROOT = new URL('../../', import.meta.url).href;

/** What is ours there, or comes with us. Plug-ins of a user's may lie beside it in a clone. */
const OURS = [
  'bin',
  'chaos',
  'devices',
  'harness',
  'kernel',
  'node_modules',
  'reports',
  'scenarios',
  'twins',
].map((folder) => `${ROOT}${folder}/`);

const isTheirs = (place: string): boolean => !OURS.some((folder) => place.startsWith(folder));

const see = (place: string | undefined): string | undefined =>
  place === undefined ? undefined : `see ${place}`;
