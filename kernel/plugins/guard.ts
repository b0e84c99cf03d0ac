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
    return toldOf(who, where, error.message, [error.remedy, see(place)]);
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
  const place = placesOf(error).find((one) => !isOfLibrary(one) || !isTheirs(one));
  if (error instanceof WorldError || place === undefined || !isTheirs(place)) return error;
  const message = `a plug-in threw where nobody caught it: ${reasonOf(error)}`;
  return new WorldError('plug-in', message, see(place));
}

/** Where a user's plug-ins lie, for what they hand over: nobody's call leads back to that. */
const found = new WeakMap<object, string>();

export const foundAt = (plugin: object, place: string): void => void found.set(plugin, place);

/** What a plug-in handed over and must not, with what may help. */
export function misgave(
  plugin: object,
  who: string,
  where: string,
  why: string,
  hints: readonly (string | undefined)[],
): WorldError {
  return toldOf(who, where, why, [...hints, see(found.get(plugin))]);
}

function toldOf(
  who: string,
  where: string,
  why: string,
  hints: readonly (string | undefined)[],
): WorldError {
  const remedy = hints.filter((hint) => hint !== undefined).join('; ');
  const message = `${who}, in ${where}: ${why}`;
  return new WorldError('plug-in', message, remedy === '' ? undefined : remedy);
}

/**
 * What one that threw had to say, with the line in its author's file, for where no more is told of
 * it. The file's own name alone: a verdict must not depend on where a run directory lies.
 */
export function errorText(error: unknown): string {
  const place = placesOf(error).find((one) => !isOfLibrary(one) && isTheirs(one));
  const line = place === undefined ? null : /[^/]+:\d+(?=:\d+$)/.exec(place);
  return line === null ? reasonOf(error) : `${reasonOf(error)}, at ${line[0]}`;
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

const isOfLibrary = (place: string): boolean => place.includes('/node_modules/');

const isTheirs = (place: string): boolean => !OURS.some((folder) => place.startsWith(folder));

const see = (place: string | undefined): string | undefined =>
  place === undefined ? undefined : `see ${place}`;
