/**
 * Why a part may keep a message from going is declared of the streams that it may touch, and of no
 * other: what it says of one of those excuses a message, and elsewhere it would hide a loss.
 */
import { expect, it } from 'vitest';
import { definePart, type PartKind } from '#devices';
import type { Catalog, EntryPlan, StreamSpec } from '#kernel';
import type { FleetEntry } from '#scenarios';
import { planCapabilities } from './capabilities.ts';

const SAMPLED: StreamSpec = { name: 'telemetry', way: 'up', schedule: { by: 'sampling' } };
const EVENT: StreamSpec = { name: 'door', way: 'up', schedule: { by: 'event' } };
const DOWN: StreamSpec = { name: 'wish', way: 'down', schedule: { by: 'event' } };
const OF_GATES: StreamSpec = { name: 'figures', way: 'up', schedule: { by: 'sampling' } };

const part = (kind: string, more: Partial<PartKind>): PartKind =>
  definePart({ kind, summary: 's', start: () => ({}), ...more });

const PARTS = [
  part('measures', { fits: ({ id }) => id !== 'gates', streams: [SAMPLED, EVENT, DOWN] }),
  part('counts', { fits: ({ id }) => id === 'gates', streams: [OF_GATES] }),
  part('keeps-quiet', { holdsBack: ['quiet'] }),
  part('forwards', { fits: ({ id }) => id === 'gates', withholds: ['full'] }),
];

type Written = { id: string; via?: string; parts?: string[] };

function laid(...fleet: Written[]) {
  const catalog = { of: () => new Map(PARTS.map((one) => [one.kind, one])) } as unknown as Catalog;
  const written = fleet.map(({ id, via = null, parts = [] }) => ({
    ...{ id, via },
    parts: parts.map((name) => ({ part: name, with: {} })),
  })) as unknown as FleetEntry[];
  const entries = fleet.map(({ id }) => ({ id })) as EntryPlan[];
  const needs = { kinds: [], streams: [] };
  return planCapabilities(entries, written, catalog, needs, { keepsTelemetry: true }).streams;
}

function skips(...fleet: Written[]) {
  const streams = laid(...fleet);
  return Object.fromEntries(streams.map(({ name, skips: why }) => [name, why]));
}

it('what samples are held back for is declared of what such devices sample', () => {
  expect(skips({ id: 'rooms', parts: ['keeps-quiet'] })).toEqual({
    telemetry: ['quiet'],
    door: [],
    wish: [],
  });
  expect(skips({ id: 'gates', parts: ['keeps-quiet'] }, { id: 'rooms' })).toMatchObject({
    telemetry: [],
    figures: ['quiet'],
  });
});

it('what a carrier gives up for is declared of what it carries goes up', () => {
  expect(skips({ id: 'gates' }, { id: 'rooms', via: 'gates' })).toEqual({
    ...{ telemetry: ['full'], door: ['full'] },
    ...{ wish: [], figures: [] },
  });
});

it('each once, in an order of their own', () => {
  const [gates, rooms] = [{ id: 'gates' }, { id: 'rooms', via: 'gates', parts: ['keeps-quiet'] }];
  const more = { id: 'halls', via: 'gates', parts: ['keeps-quiet'] };
  expect(skips(gates, rooms, more).telemetry).toEqual(['full', 'quiet']);
});

it('what a carrier gives up was due all the same, and what is held back was not', () => {
  const rooms = { id: 'rooms', via: 'gates', parts: ['keeps-quiet'] };
  const [telemetry] = laid({ id: 'gates' }, rooms).filter(({ name }) => name === 'telemetry');
  expect(telemetry).toMatchObject({ skips: ['full', 'quiet'], givenUp: ['full'] });
  for (const one of laid({ id: 'rooms', parts: ['keeps-quiet'] })) {
    expect(one).not.toHaveProperty('givenUp');
  }
});
