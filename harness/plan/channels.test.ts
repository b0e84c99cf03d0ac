/** Further connections that parts ask for: in the plan where one does, and in its limits. */
import { expect, it } from 'vitest';
import { definePart, partFamily } from '#devices';
import { type Catalog, type DevicePlan, type EntryPlan, sessionCount } from '#kernel';
import { carriedProblems, deviceProblems, sessionProblems } from './bounds.ts';
import { planCapabilities } from './capabilities.ts';
import { planCohorts } from './cohorts.ts';

const part = (kind: string, channels?: string[]) =>
  definePart({
    kind,
    summary: 'is a part of a test',
    fits: ({ id }) => id === 'loaders' || channels === undefined,
    ...(channels === undefined ? {} : { channels }),
    start: () => ({}),
  });
const parts = new Map(
  [part('plain'), part('loads', ['download']), part('talks', ['talk', 'download'])].map((one) => [
    one.kind,
    one,
  ]),
);
const catalog = {
  of: (family: unknown) => (family === partFamily ? parts : new Map()),
} as unknown as Catalog;

const entry = (id: string) => ({ id }) as unknown as EntryPlan;
const row = (index: number, over: Partial<DevicePlan> = {}): DevicePlan => ({
  id: `d/${index}`,
  entry: 0,
  region: 'r',
  site: 's',
  lane: 0,
  cohort: 0,
  bootAt: 0,
  firstAt: 0,
  params: [],
  identity: {},
  ...over,
});

it('an entry has the channels of its parts, one for each that declares it', () => {
  const entries = [entry('loaders'), entry('plain ones')];
  planCapabilities(entries, [], catalog, { kinds: [], streams: [] }, { keepsTelemetry: true });
  expect(entries[0]?.channels).toEqual(['download', 'download', 'talk']);
  expect(entries[1]).not.toHaveProperty('channels');
});

it('a cohort has the channels of its devices, and room for so many devices fewer', () => {
  const entries = [{}, { channels: ['download'] }, { channels: ['download', 'download'] }];
  const cohortsOf = (which: number) => {
    const devices = Array.from({ length: 9000 }, (_, index) => row(index, { entry: which }));
    return planCohorts(
      devices,
      devices.map(() => 'edge'),
      [],
      new Map(),
      entries,
    );
  };
  expect(cohortsOf(0)).toEqual([expect.not.objectContaining({ channels: expect.anything() })]);
  expect(cohortsOf(1)).toMatchObject([
    { devices: 4500, channels: ['download'] },
    { devices: 4500, channels: ['download'] },
  ]);
  expect(cohortsOf(2)).toMatchObject(
    [3000, 3000, 3000].map((count) => ({ devices: count, channels: ['download'] })),
  );
});

it('a cohort is full when the next device does not fit with all its connections', () => {
  const entries = [{ channels: ['a', 'b', 'c', 'd', 'e', 'f'] }];
  const devices = Array.from({ length: 1286 }, (_, index) => row(index));
  const networks = devices.map(() => 'edge');
  const cohorts = planCohorts(devices, networks, [], new Map(), entries);
  expect(cohorts.map((cohort) => cohort.devices)).toEqual([1285, 1]);
});

it('a connection of every channel counts, but of nobody who is carried', () => {
  const entries = [entry('plain'), { ...entry('loaders'), channels: ['download', 'talk'] }];
  const devices = [row(0), row(1, { entry: 1 }), row(2, { entry: 1, via: 0 })];
  expect(sessionCount({ devices, entries })).toBe(1 + 3);
});

it('a run holds so many connections and no more', () => {
  expect(sessionProblems(240_000)).toEqual([]);
  expect(sessionProblems(240_001)).toMatchObject([{ code: 'too-many-sessions', path: 'fleet' }]);
  // Where every device has one connection, the limit of devices is the tighter one.
  expect(deviceProblems(240_000)).not.toEqual([]);
});

it('a device carries so many others and no more, and the remedy names a way out', () => {
  const carrying = (count: number) => [
    row(0),
    row(1),
    ...Array.from({ length: count }, (_, index) =>
      row(index + 2, { via: index % 9 === 8 ? 0 : 1 }),
    ),
  ];
  expect(carriedProblems({ devices: carrying(9 * 1023 + 7) })).toEqual([]);
  expect(carriedProblems({ devices: carrying(9 * 1023 + 8) })).toEqual([
    {
      code: 'too-many-carried',
      path: 'fleet',
      message: 'd/1 carries 8192 devices, and one device can carry 8191',
      hint: 'more devices that carry, or fewer devices for each',
    },
  ]);
});
