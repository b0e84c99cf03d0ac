/**
 * What can be wrong with a file although each value by itself is fine: names that nobody carries,
 * two things of one name, times that cannot be. It reads the raw value and skips what is malformed
 * (the schema says that), so that a typing error in one place does not hide an impossible schedule
 * in another.
 */
import { formatDuration, knownHint, type Params } from '#kernel';
import { NETWORKS } from '../networks.ts';
import { parseParams } from '../params.ts';
import { type Instant, mustBe, parseInstant, parseSpan } from '../schema/quantity.ts';
import { isMap, momentOf, type PhaseStarts, phaseStarts, TIME_DEFAULTS } from '../schema.ts';
import type { Flaw } from './issues.ts';
import { isLaterKey } from './later.ts';
import { formatPath, type Path } from './path.ts';

const REPORTS = ['html', 'junit', 'json', 'summary'];

/** What can be named, where it is known when a file is read. */
export interface Words {
  models: readonly { kind: string }[];
  faults: readonly { kind: string; params: Params }[];
  checkers: readonly { kind: string; params: Params }[];
}

export function soundnessFlaws(raw: unknown, words: Words | null): Flaw[] {
  if (!isMap(raw)) return [];
  const names = namesIn(raw);
  const fleet = items(raw.fleet);
  const chaos = items(raw.chaos);
  return [
    ...Object.entries(table(table(raw.topology).regions)).flatMap(([key, region]) =>
      known('network', table(region).network, names.networks, [
        'topology',
        'regions',
        key,
        'network',
      ]),
    ),
    ...chaosMapFlaws(raw.chaos),
    ...Object.keys(table(raw.networks)).flatMap((key) => shadowed(key)),
    ...duplicates(
      fleet.map((entry) => text(entry.id) ?? text(entry.model)),
      'fleet',
      'fleet entries',
    ),
    ...duplicates(
      chaos.map((entry) => text(entry.id)),
      'chaos',
      'faults',
    ),
    ...fleet.flatMap((entry, index) => entryFlaws(entry, index, names, raw)),
    ...chaos.flatMap((entry, index) => selectorFlaws(entry, index, names)),
    ...chaos.flatMap((entry, index) => scheduleFlaws(entry, index, startsOf(raw))),
    ...reportFlaws(raw),
    ...(words === null ? [] : wordFlaws(raw, words)),
  ];
}

/**
 * Names of plug-ins and their parameters: the plan checks them as well, but only of a sound file.
 */
function wordFlaws(raw: Record<string, unknown>, words: Words): Flaw[] {
  const kinds = (all: readonly { kind: string }[]): string[] => all.map(({ kind }) => kind);
  return [
    ...items(raw.fleet).flatMap((entry, index) =>
      known('model', entry.model, kinds(words.models), ['fleet', index, 'model']),
    ),
    ...items(raw.chaos).flatMap((entry, index) => [
      ...known('fault', entry.fault, kinds(words.faults), ['chaos', index, 'fault']),
      ...paramFlaws(words.faults, entry.fault, entry.with, ['chaos', index, 'with']),
    ]),
    ...(Array.isArray(raw.expect) ? raw.expect : []).flatMap((wish: unknown, index) => {
      const [name = wish, params] = isMap(wish) ? (Object.entries(wish)[0] ?? []) : [];
      const path = isMap(wish) ? ['expect', index, String(name)] : ['expect', index];
      return [
        ...known('checker', name, kinds(words.checkers), path),
        ...paramFlaws(words.checkers, name, params, path),
      ];
    }),
  ];
}

function paramFlaws(
  plugins: readonly { kind: string; params: Params }[],
  name: unknown,
  given: unknown,
  path: Path,
): Flaw[] {
  const plugin = plugins.find(({ kind }) => kind === name);
  if (plugin === undefined || (given !== undefined && !isMap(given))) return [];
  const at = formatPath(path);
  return parseParams(plugin.params, given ?? {}, at).problems.map((problem) => {
    const key = problem.path?.slice(at.length + 1) ?? '';
    const { code, message, hint } = problem;
    const written = given !== undefined && key in given;
    const what = code.startsWith('unknown') ? ('key' as const) : ('value' as const);
    const place = written ? [...path, key] : path;
    return { code, message, path: place, what, ...(hint === undefined ? {} : { hint }) };
  });
}

interface Names {
  networks: string[];
  /** Null where the file does not tell, because that part of it is malformed. */
  regions: string[] | null;
  sites: string[] | null;
  entries: string[];
  models: string[];
}

function namesIn(raw: Record<string, unknown>): Names {
  const topology = table(raw.topology);
  const own = Object.entries(table(topology.regions));
  const regions =
    raw.topology === undefined
      ? ['default']
      : isMap(topology.regions)
        ? own.map(([key]) => key)
        : null;
  const sitesIn = (key: string): string[] => {
    const written = table(table(topology.regions)[key]).sites ?? 1;
    const sites = typeof written === 'number' && written <= 10_000 ? written : 1;
    return Array.from({ length: Math.max(0, sites) }, (_, index) => `${key}-${index + 1}`);
  };
  const fleet = items(raw.fleet);
  return {
    networks: [...NETWORKS.map((profile) => profile.name), ...Object.keys(table(raw.networks))],
    regions,
    sites: regions?.flatMap(sitesIn) ?? null,
    entries: fleet.flatMap((entry) => text(entry.id) ?? text(entry.model) ?? []),
    models: fleet.flatMap((entry) => text(entry.model) ?? []),
  };
}

function known(what: string, given: unknown, legal: readonly string[] | null, path: Path): Flaw[] {
  if (typeof given !== 'string' || legal === null || legal.includes(given)) return [];
  return [
    {
      code: `unknown-${what.replace(' ', '-')}`,
      path,
      what: 'value',
      message: `${formatPath(path)}: there is no ${what} '${given.slice(0, 60)}'`,
      ...knownHint(given, legal),
    },
  ];
}

/** `chaos` as a map is how later versions say more about it; here it is a list. */
function chaosMapFlaws(chaos: unknown): Flaw[] {
  return Object.keys(table(chaos))
    .filter((key) => isLaterKey(['chaos'], key))
    .map((key) => ({
      code: 'not-built',
      path: ['chaos', key],
      what: 'key',
      message: `chaos.${key} is not built yet`,
      hint: 'in this version chaos is a list of faults',
    }));
}

function shadowed(key: string): Flaw[] {
  if (!NETWORKS.some((profile) => profile.name === key)) return [];
  const path = ['networks', key];
  const message = `${formatPath(path)} would hide the built-in profile of that name`;
  return [{ code: 'shadowed-network', path, what: 'key', message, hint: `call it my-${key}` }];
}

function duplicates(ids: readonly (string | undefined)[], list: string, things: string): Flaw[] {
  return ids.flatMap((id, index): Flaw[] => {
    const first = ids.indexOf(id);
    if (id === undefined || first === index) return [];
    const path = [list, index, 'id'];
    const both = `this and ${list}[${first}]`;
    const message = `${formatPath([list, index])}: two ${things} are called '${id}', ${both}`;
    return [
      { code: 'duplicate-id', path, what: 'value', message, hint: 'give one of them another id' },
    ];
  });
}

function entryFlaws(
  entry: Record<string, unknown>,
  index: number,
  names: Names,
  raw: Record<string, unknown>,
): Flaw[] {
  const quantum = timeOf(raw, 'quantum');
  const every = parseSpan(entry.every);
  const path = ['fleet', index, 'every'];
  const tooFine: Flaw[] =
    every === undefined || every >= quantum
      ? []
      : [
          {
            code: 'finer-than-quantum',
            path,
            what: 'value',
            message: `${formatPath(path)} is finer than the pacing quantum`,
            hint: `send at most every ${formatDuration(quantum)}, or set time.quantum`,
          },
        ];
  return [
    ...known('network', entry.network, names.networks, ['fleet', index, 'network']),
    ...tooFine,
  ];
}

function selectorFlaws(entry: Record<string, unknown>, index: number, names: Names): Flaw[] {
  const where = table(entry.where);
  const path = (key: string): Path => ['chaos', index, 'where', key];
  const flaws = [
    ...known('region', where.region, names.regions, path('region')),
    ...known('site', where.site, names.sites, path('site')),
    ...known('fleet entry', where.entry, names.entries, path('entry')),
    ...known('model in the fleet', where.model, names.models, path('model')),
  ];
  if (typeof where.device !== 'string') return flaws;
  const [id, site, ordinal, ...rest] = where.device.split('/');
  if (!/^[1-9]\d*$/.test(ordinal ?? '') || rest.length > 0) {
    const wrong = mustBe('<entry>/<site>/<k>', where.device);
    const message = `${formatPath(path('device'))} ${wrong}`;
    const first = `${names.entries[0] ?? 'fridges'}/${names.sites?.[0] ?? 'north-1'}/1`;
    return [
      ...flaws,
      { code: 'bad-value', path: path('device'), what: 'value', message, hint: `such as ${first}` },
    ];
  }
  return [
    ...flaws,
    ...known('fleet entry', id, names.entries, path('device')),
    ...known('site', site, names.sites, path('device')),
  ];
}

/**
 * Faults act in the chaos phase: after the steady-state gate, and early enough to be recovered
 * from.
 */
function scheduleFlaws(entry: Record<string, unknown>, index: number, starts: PhaseStarts): Flaw[] {
  const at = parseInstant(entry.at);
  if (at === undefined) return [];
  const from = momentOf(at, starts);
  const path = (key: string): Path => ['chaos', index, key];
  const flaw = (code: string, key: string, says: string, hint: string): Flaw[] => [
    { code, path: path(key), what: 'value', message: `${formatPath(path(key))}: ${says}`, hint },
  ];
  if (from < starts.chaos) {
    const gate = formatDuration(starts.chaos);
    return flaw(
      'fault-before-gate',
      'at',
      `begins at ${formatDuration(from)}, and the steady-state gate closes at ${gate}`,
      'let it begin in the chaos phase, such as chaos+2s',
    );
  }
  const until: Instant | undefined = parseInstant(entry.until);
  const span = parseSpan(entry.for);
  const to = until !== undefined ? momentOf(until, starts) : from + (span ?? 0);
  if (until !== undefined && to <= from) {
    return flaw('fault-ends-first', 'until', 'ends before it begins', 'let until be later than at');
  }
  if ((until === undefined && span === undefined) || to <= starts.settle) return [];
  return flaw(
    'fault-outside-run',
    until === undefined ? 'for' : 'until',
    `ends at ${formatDuration(to)}, after the chaos phase ends at ${formatDuration(starts.settle)}`,
    'shorten it, begin earlier, or lengthen time.chaos: recovery needs the time after it',
  );
}

function startsOf(raw: Record<string, unknown>): PhaseStarts {
  const span = (key: keyof typeof TIME_DEFAULTS): number => timeOf(raw, key);
  return phaseStarts({
    warmupMs: span('warmup'),
    steadyMs: span('steady'),
    chaosMs: span('chaos'),
    settleMs: span('settle'),
    drainMs: span('drain'),
    quantumMs: span('quantum'),
  });
}

function timeOf(raw: Record<string, unknown>, key: keyof typeof TIME_DEFAULTS): number {
  return parseSpan(table(raw.time)[key]) ?? parseSpan(TIME_DEFAULTS[key]) ?? 0;
}

/** Reporters of a user's own are not known here; the run looks for them. */
function reportFlaws(raw: Record<string, unknown>): Flaw[] {
  if (!Array.isArray(raw.report) || (Array.isArray(raw.plugins) && raw.plugins.length > 0))
    return [];
  return raw.report.flatMap((given, index) => known('report', given, REPORTS, ['report', index]));
}

const table = (value: unknown): Record<string, unknown> => (isMap(value) ? value : {});
const items = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.map(table) : [];
const text = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;
