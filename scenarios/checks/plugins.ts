/**
 * Plug-ins that a file names, and what it gives them: each must be in the catalog and must accept
 * its parameters. Families of which nothing is known are not checked.
 */
import {
  type Around,
  type Flaw,
  formatPath,
  isMap,
  type Nameable,
  onGrid,
  type Path,
  parseSpan,
  readParams,
} from '#kernel';
import { parseProxy } from '../schema/proxy.ts';
import { HAND, handNames } from '../schema/yours.ts';
import { type Draft, known, table } from './draft.ts';

export function pluginFlaws(draft: Draft): Flaw[] {
  return [
    ...draft.fleet.flatMap(({ model, with: given }, index) =>
      pluginFlaw(draft, 'model', model, given, ['fleet', index]),
    ),
    ...draft.chaos.flatMap((entry, index) => faultFlaws(draft, entry, index)),
    ...targetFlaws(draft),
    ...proxyFlaws(draft),
    ...draft.fleet.flatMap((entry, index) => partFlaws(draft, entry, ['fleet', index, 'parts'])),
    ...listFlaws(draft, 'workflow', draft.raw.workflows, ['workflows']),
    ...listFlaws(draft, 'checker', draft.raw.expect, ['expect']),
    ...reportFlaws(draft),
  ];
}

/** `{ model: KIND, with: PARAMS }`: the kind stands under the family's own name. */
function pluginFlaw(
  draft: Draft,
  family: string,
  kind: unknown,
  given: unknown,
  path: Path,
): Flaw[] {
  return [
    ...kindFlaws(draft, family, kind, [...path, family]),
    ...paramFlaws(draft, family, kind, given, [...path, 'with']),
  ];
}

/** A hand of the target is a fault by its own name too, and no other fault may be hidden by it. */
function faultFlaws(draft: Draft, { fault, with: given }: Entry, index: number): Flaw[] {
  const place: Path = ['chaos', index];
  const hands = handNames(draft.raw);
  if (fault === HAND && isMap(given) && draft.catalog !== null) {
    const named = known('hand of the target', given.hand, hands, [...place, 'with', 'hand']);
    if (named.length > 0) return named;
  }
  if (!hands.includes(String(fault))) return pluginFlaw(draft, 'fault', fault, given, place);
  const isKnown = draft.catalog?.words('fault')?.has(String(fault)) === true;
  const path: Path = ['target', 'hands', String(fault)];
  const message = `${formatPath(path)} has the name of a fault that there is already`;
  const hint = 'give the hand another name';
  const hidden: Flaw = { code: 'hidden-fault', path, what: 'key', message, hint };
  const wish = { ...table(given), hand: fault };
  return [
    ...(isKnown ? [hidden] : []),
    ...paramFlaws(draft, 'fault', HAND, wish, [...place, 'with']),
  ];
}

/** A target that is named by its kind, and what else of it is the name of a plug-in. */
function targetFlaws(draft: Draft): Flaw[] {
  const target = table(draft.raw.target);
  const named = ['broker', 'dialect', 'codec'];
  return [
    ...kindFlaws(draft, 'target', target.kind, ['target', 'kind']),
    ...paramFlaws(draft, 'target', target.kind, target.with, ['target', 'with']),
    ...named.flatMap((word) => kindFlaws(draft, word, target[word], ['target', word])),
    ...(target.store === undefined
      ? []
      : listFlaws(draft, 'store', [target.store], ['target']).map(({ path, ...flaw }) => ({
          // It is no list: what would be its only item stands under the key itself.
          ...flaw,
          path: ['target', 'store', ...path.slice(2)],
          message: flaw.message.replace('target[0]', 'target.store'),
        }))),
  ];
}

function proxyFlaws(draft: Draft): Flaw[] {
  const written = draft.raw.proxy;
  // An address names no kind.
  if (typeof written !== 'string' || written.includes('://')) return [];
  const read = parseProxy(written);
  if (!('kind' in read)) return [];
  return kindFlaws(draft, 'proxy', read.kind, ['proxy']);
}

/** A list of which each item is `KIND`, `{ KIND: PARAMS }` or `{ KIND: [PARAMS, …] }`. */
function listFlaws(
  draft: Draft,
  family: string,
  list: unknown,
  place: Path,
  around = aroundOf(draft),
): Flaw[] {
  return (Array.isArray(list) ? list : []).flatMap((item: unknown, index) => {
    const [kind = item, given] = isMap(item) ? (Object.entries(item)[0] ?? []) : [];
    const path = isMap(item) ? [...place, index, String(kind)] : [...place, index];
    // Where one kind may stand as a list, each item of that has its own place.
    const several = Array.isArray(given) ? given : [given ?? undefined];
    return [
      ...kindFlaws(draft, family, kind, path, isMap(item) ? 'key' : 'value'),
      ...several.flatMap((one: unknown, at) => {
        const own = Array.isArray(given) ? [...path, at] : path;
        if (isMap(item)) return paramFlaws(draft, family, kind, one, own, around);
        // What it lacks is of the kind; there is no such map, so it lies at the name.
        const flaws = paramFlaws(draft, family, kind, one, [...path, String(kind)], around);
        return flaws.map((flaw) => ({ ...flaw, path }));
      }),
    ];
  });
}

/** A device has a part once. */
function partFlaws(draft: Draft, entry: Entry, place: Path): Flaw[] {
  const list = entry.parts;
  const kinds = (Array.isArray(list) ? list : []).map((item: unknown) =>
    isMap(item) ? Object.keys(item)[0] : item,
  );
  const twice = kinds.flatMap((kind, index): Flaw[] =>
    typeof kind === 'string' && kinds.indexOf(kind) < index
      ? [
          {
            code: 'twice',
            path: [...place, index],
            what: 'value',
            message: `${formatPath(place)} has ${kind} twice`,
          },
        ]
      : [],
  );
  return [...listFlaws(draft, 'part', list, place, aroundOf(draft, entry)), ...twice];
}

function kindFlaws(
  draft: Draft,
  family: string,
  kind: unknown,
  path: Path,
  what: Flaw['what'] = 'value',
): Flaw[] {
  const words = draft.catalog?.words(family);
  if (words === undefined) return [];
  const none = words.size > 0 ? {} : { hint: `this version has no ${family} yet` };
  const flaws = known(family, kind, [...words.keys()], path);
  return flaws.map((flaw) => ({ ...flaw, ...none, what }));
}

function paramFlaws(
  draft: Draft,
  family: string,
  kind: unknown,
  given: unknown,
  path: Path,
  around = aroundOf(draft),
): Flaw[] {
  const word = draft.catalog?.words(family)?.get(String(kind));
  if (word === undefined || (given !== undefined && !isMap(given))) return [];
  return readParams(word.params, given ?? {}, path, around).flaws;
}

type Entry = Draft['fleet'][number];

/** Of what is set for the devices of an entry, its model tells what they measure and how often. */
function aroundOf(draft: Draft, entry?: Entry): Around {
  const { facts } = draft.catalog?.words('model')?.get(String(entry?.model)) ?? {};
  const every = entry?.every === undefined ? facts?.everyMs : parseSpan(entry.every);
  return {
    namesOf: (what) => (what === 'signal' ? (facts?.signals ?? null) : namesFor(draft, what)),
    everyMs: every === undefined ? null : onGrid(every, draft.quantumMs),
  };
}

const PHASES = ['warmup', 'steady', 'chaos', 'settle', 'drain', 'all'];

function namesFor({ names }: Draft, what: Exclude<Nameable, 'signal'>): string[] | null {
  if (what === 'phase') return PHASES;
  if (names.faults === null) return null;
  return what === 'fault' ? names.faults : [...PHASES, ...names.faults];
}

function reportFlaws(draft: Draft): Flaw[] {
  const { report } = draft.raw;
  const words = draft.catalog?.words('reporter');
  if (words === undefined || !Array.isArray(report)) return [];
  const legal = [...words.keys()];
  return report.flatMap((given, index) => known('report', given, legal, ['report', index]));
}
