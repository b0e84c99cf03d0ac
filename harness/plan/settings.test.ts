/** What can be set of devices, as a workflow is told: by their model, by a part, or not at all. */
import { expect, it } from 'vitest';
import { type DeviceModel, definePart, modelFamily, type PartKind, partFamily } from '#devices';
import type { Catalog, EntryPlan } from '#kernel';
import type { FleetEntry } from '#scenarios';
import twin from '../workflows/twin.ts';
import type { WorkflowContext } from '../workflows/workflow.ts';
import { planSettings } from './settings.ts';

const BARE = { kind: 'bare', commands: {}, params: {} } as unknown as DeviceModel;
const ROOM = {
  ...BARE,
  kind: 'room',
  signals: { level: {} },
  commands: {
    setpoint: { about: 'How warm it is.', low: 5, high: 30, sets: 'setpoint' },
    identify: { about: 'It blinks.', low: 0, high: 1 },
  },
} as unknown as DeviceModel;
const cadence = definePart({
  kind: 'cadence',
  summary: 'can be set up to what its entry says',
  params: { most: { kind: 'integer', about: 'Up to that.', default: 10 } },
  settings: ({ most }) => {
    const bounds = { low: 1, high: Number(most), step: 1 };
    return [{ name: 'cadence', about: 'One of so many.', ...bounds, factory: 1 }];
  },
  start: () => ({}),
});
const parts = new Map<string, PartKind>([['cadence', cadence]]);
const catalog = {
  of: ({ family }: { family: string }) =>
    family === partFamily.family ? parts : new Map([[modelFamily.family, BARE]]),
} as unknown as Catalog;

const entry = (id: string, asked: object[] = []) => ({
  plan: { id, everyMs: 1000 } as unknown as EntryPlan,
  fleet: { id, parts: asked } as unknown as FleetEntry,
});
const all = [
  entry('rooms'),
  entry('loggers', [{ part: 'cadence', with: { most: 4 } }]),
  entry('bricks'),
];
const planned = planSettings(
  all.map(({ plan }) => plan),
  all.map(({ fleet }) => fleet),
  [ROOM, BARE, BARE],
  catalog,
  [],
);

it('lists what the model says and what its parts offer, with their bounds', () => {
  expect(planned).toEqual({
    settings: [
      [{ name: 'setpoint', low: 5, high: 30, step: 0.01 }],
      [{ name: 'cadence', low: 1, high: 4, step: 1 }],
      [],
    ],
    commands: [ROOM.commands, {}, {}],
    signals: [['level'], [], []],
    uses: [[], [], []],
    partParams: [{}, { cadence: { most: 4 } }, {}],
    problems: [],
  });
});

it('lists no signals where a part says readings otherwise', () => {
  parts.set('packed', { ...cadence, kind: 'packed', rewords: true });
  const { plan, fleet } = entry('packed', [{ part: 'packed', with: {} }]);
  const { signals } = planSettings([plan], [fleet], [ROOM], catalog, []);
  parts.delete('packed');
  expect(signals).toEqual([[]]);
});

it('refuses two of one name', () => {
  const twice = { ...cadence, kind: 'tempo' };
  parts.set('tempo', twice);
  const { plan, fleet } = entry('both', [
    { part: 'cadence', with: {} },
    { part: 'tempo', with: {} },
  ]);
  const { problems } = planSettings([plan], [fleet], [BARE], catalog, []);
  parts.delete('tempo');
  expect(problems).toMatchObject([{ code: 'twice', path: 'fleet[0]' }]);
});

it('lets the workflow say of whom nothing can be set', () => {
  const context = {
    seed: 1,
    quantumMs: 10,
    phases: [],
    faults: [],
    entries: all.map(({ plan }) => plan),
    devices: all.map(({ plan: { id } }, index) => ({ id: `${id}/1`, entry: index })),
    settings: planned.settings,
  } as unknown as WorkflowContext;
  const { notes } = twin.resolve({ every: 1000, to: 1, writers: 1 }, context);
  expect(notes).toEqual([
    'twin: of bricks nothing can be set, by the model or by a part: it is left as it is',
  ]);
});
