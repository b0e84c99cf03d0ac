/**
 * The scenario file: the language of the product. Keys and units as people write them go in, a
 * `Scenario` of plain numbers with every default filled in comes out. Types for authors and the
 * JSON Schema for editors are derived from this one declaration.
 */
import { z } from 'zod';
import { mustBe } from '#kernel';
import type { Scenario, ScenarioFault, ScenarioTie } from './scenario.ts';
import { duration, name, share, whole, words } from './schema/atoms.ts';
import { chaosEntry, faultIds, stopWhen } from './schema/chaos.ts';
import { commands, fleetEntry } from './schema/fleet.ts';
import type { Instant } from './schema/instant.ts';
import { kindWithList, kindWithParams } from './schema/kind-with-params.ts';
import { load } from './schema/load.ts';
import { network, profileOf } from './schema/network.ts';
import { proxy } from './schema/proxy.ts';
import { target } from './schema/target.ts';
import { HAND, commands as shell } from './schema/yours.ts';

const list = <T extends z.ZodType>(item: T, about: string) =>
  z
    .array(item, { error: (issue) => mustBe('a list', issue.input) })
    .max(10_000, { error: 'must not have more than 10000 items' })
    .meta({ description: about });

/** Lengths of the phases where the file gives none. */
export const TIME_DEFAULTS = {
  warmup: '8s',
  steady: '12s',
  chaos: '30s',
  settle: '10s',
  drain: '5s',
  quantum: '10ms',
} as const;

const time = z
  .strictObject({
    warmup: duration('Devices boot and connect.').prefault(TIME_DEFAULTS.warmup),
    steady: duration('The healthy state is measured; the gate closes at its end.', {
      min: 1,
    }).prefault(TIME_DEFAULTS.steady),
    chaos: duration('Faults act.').prefault(TIME_DEFAULTS.chaos),
    settle: duration('Everything is healed and must recover.').prefault(TIME_DEFAULTS.settle),
    drain: duration('Publishing has ended; what is under way arrives.').prefault(
      TIME_DEFAULTS.drain,
    ),
    quantum: duration('Grid of intended times.', { min: 1, max: 1000 }).prefault(
      TIME_DEFAULTS.quantum,
    ),
  })
  .meta({ description: 'Lengths of the phases, in order.' })
  .transform((given) => ({
    warmupMs: given.warmup,
    steadyMs: given.steady,
    chaosMs: given.chaos,
    settleMs: given.settle,
    drainMs: given.drain,
    quantumMs: given.quantum,
  }));

const region = z
  .strictObject({
    sites: whole('How many sites, named <region>-1, <region>-2 ….', 1, 10_000).prefault(1),
    network: name('Network profile of its devices.').optional(),
  })
  .meta({ description: 'A region: devices that share an uplink, for faults.' });

const workflow = kindWithList('workflow', '{ commands: { every: 5s } }');
const expectation = kindWithParams('checker', '{ latency: { p99: 500ms } }');

export const scenarioFile = z
  .strictObject({
    twinstorm: z
      .literal(1, { error: (issue) => mustBe('1', issue.input) })
      .meta({ description: 'Version of this format.' }),
    name: name("Name of the scenario; names the run's folder."),
    about: z
      .string({ error: (issue) => mustBe('text', issue.input) })
      .max(4000, { error: 'must not be longer than 4000 characters' })
      .prefault('')
      .meta({ description: 'What it teaches, in a sentence or two.' }),
    seed: whole('Decides everything that is drawn.', 0, Number.MAX_SAFE_INTEGER).optional(),
    gear: z
      .enum(['sim', 'real'])
      .optional()
      .meta({ description: 'sim: virtual time, repeatable. real: sockets and processes.' }),
    tags: list(name('A tag, for --tag.'), 'Tags, for --tag.').prefault([]),
    time: time.prefault({}),
    target: target.prefault('embedded'),
    proxy: proxy.optional(),
    topology: z
      .strictObject({
        regions: z
          .record(name('Name of a region.'), region)
          .meta({ description: 'Regions by name.', minProperties: 1 }),
      })
      .meta({ description: 'Where devices are; one region `default` with one site if left out.' })
      .optional(),
    networks: z
      .record(name('Name of a profile.'), network)
      .prefault({})
      .meta({ description: 'Network profiles beside the built-in ones.' }),
    fleet: list(fleetEntry, 'The devices.').min(1, { error: 'must name at least one device' }),
    commands: commands.optional(),
    load: load.optional(),
    workflows: list(
      workflow,
      'What an operator does to the target, in order; what one takes may stand in its own file.',
    ).prefault([]),
    chaos: list(chaosEntry, 'What goes wrong.').prefault([]),
    gate: z
      .strictObject({
        connected: share(
          'Share of devices that must be connected, or asleep by their own plan.',
        ).prefault('95%'),
        delivered: share('Share of messages that must be delivered.').prefault('90%'),
      })
      .prefault({})
      .meta({ description: 'Must hold at the end of steady, or the chaos does not start.' }),
    expect: list(expectation, 'Checkers that must be decided, with their parameters.').prefault([]),
    'stop-when': list(stopWhen, 'Conditions that halt the run.').prefault([]),
    report: list(name('html, junit, json or summary.'), 'Which reports to write.').prefault([
      'html',
      'junit',
      'json',
      'summary',
    ]),
    plugins: list(words('A file, relative to this one.'), 'Your own plug-ins.').prefault([]),
    before: shell('Shell commands that must succeed before a run in the real gear.').optional(),
    after: shell('Shell commands that run after it, whichever way it ended.').optional(),
  })
  .meta({ title: 'Twinstorm scenario', description: 'A scenario for twinstorm.' });

/** What an author writes, in YAML or as the default export of a TypeScript module. */
export type ScenarioFile = z.input<typeof scenarioFile>;
type Read = z.output<typeof scenarioFile>;

/** A file that has been found well-formed, as the rest of the house wants it. */
export function toScenario(file: Read): Scenario {
  const regions = Object.entries(file.topology?.regions ?? { default: { sites: 1 } });
  return {
    name: file.name,
    about: file.about,
    tags: file.tags,
    seed: file.seed ?? null,
    gear: file.gear ?? null,
    time: file.time,
    target: file.target,
    proxy: file.proxy ?? null,
    regions: regions.map(([key, given]) => ({
      name: key,
      sites: given.sites,
      network: 'network' in given ? (given.network ?? null) : null,
    })),
    networks: Object.entries(file.networks).map(([key, given]) => profileOf(key, given)),
    fleet: file.fleet,
    commands: file.commands ?? null,
    chaos: toFaults(file),
    gate: { connectedShare: file.gate.connected, deliveredShare: file.gate.delivered },
    workflows: file.workflows.flatMap(({ kind, given, several }, index) => {
      const place = `workflows[${index}].${kind}`;
      return several === null
        ? [{ workflow: kind, with: given, place }]
        : several.map((one, at) => ({ workflow: kind, with: one, place: `${place}[${at}]` }));
    }),
    expect: file.expect.map(({ kind, given }) => ({ checker: kind, with: given })),
    stopWhen: file['stop-when'],
    report: [...new Set(file.report)],
    load: file.load ?? [],
    plugins: file.plugins,
    ...(file.before === undefined && file.after === undefined
      ? {}
      : { hooks: { before: file.before ?? [], after: file.after ?? [] } }),
  };
}

function toFaults(file: Read): ScenarioFault[] {
  const hands = file.target.namedHands ?? {};
  const ids = faultIds(file.chaos);
  const starts = phaseStarts(file.time);
  return file.chaos.map((entry, index) => {
    const { at = { phase: 'chaos', offsetMs: 0 }, until } = entry;
    const tie = tieOf(entry);
    const toUntil = until === undefined ? starts.settle : momentOf(until, starts);
    const isFor = tie === null && until === undefined;
    const span = isFor ? (entry.for ?? 0) : toUntil - momentOf(at, starts);
    return {
      id: ids[index] ?? entry.fault,
      at,
      forMs: Math.max(0, span),
      tie,
      where: entry.where,
      // A hand may stand by its own name, as a fault of its own.
      ...(Object.hasOwn(hands, entry.fault)
        ? { fault: HAND, with: { ...entry.with, hand: entry.fault } }
        : { fault: entry.fault, with: entry.with }),
    };
  });
}

function tieOf({ when, while: during, for: forMs = 0 }: Read['chaos'][number]): ScenarioTie | null {
  if (during !== undefined) return { key: 'while', state: during.state, nth: null, forMs };
  return when === undefined ? null : { key: 'when', state: when.state, nth: when.n, forMs };
}

export type PhaseStarts = Readonly<Record<Instant['phase'] | 'drain', number>>;

export function phaseStarts(given: Scenario['time']): PhaseStarts {
  const steady = given.warmupMs;
  const chaos = steady + given.steadyMs;
  const settle = chaos + given.chaosMs;
  return { run: 0, warmup: 0, steady, chaos, settle, drain: settle + given.settleMs };
}

/** Milliseconds since the run's start. */
export const momentOf = (instant: Instant, starts: PhaseStarts): number =>
  starts[instant.phase] + instant.offsetMs;
