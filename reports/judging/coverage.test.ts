/** Which states were gone through, by whom, how often and during which fault. */
import { expect, it } from 'vitest';
import type { LedgerEntryOf } from '#kernel';
import { TimelineBuilder } from '#oracles';
import { faultPlan, healthy } from '../testing/story.ts';
import { Coverage } from './coverage.ts';

const enters = (device: number, state: string, t = 0): LedgerEntryOf<'state'> =>
  ({ op: 'state', t: t * 1000, device, state }) as LedgerEntryOf<'state'>;

const DEVICES = 2;

function coverageOf(entries: readonly LedgerEntryOf<'state'>[], injected = true) {
  const fault = faultPlan('f', { devices: [1] });
  const { plan } = healthy({ devices: DEVICES, faults: [fault] });
  const builder = new TimelineBuilder(plan);
  const header = { schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [0] };
  builder.open(header as Parameters<typeof builder.open>[0], '');
  const at = (t: number, isInjected: boolean) =>
    builder.step({
      op: 'fault',
      t: t * 1000,
      injected: isInjected,
      fault: 'f',
      device: -1,
    } as never);
  if (injected) {
    at(7000, true);
    at(10_000, false);
  }
  const coverage = new Coverage(builder.finish(), DEVICES);
  for (const entry of entries) coverage.step(entry);
  return coverage.close();
}

it('counts visits and devices, and of whom nobody knows it counts nothing', () => {
  const { states } = coverageOf([
    enters(0, 'power.on'),
    enters(1, 'power.on'),
    enters(0, 'power.off'),
    enters(0, 'power.on'),
    enters(-1, 'power.on'),
    enters(DEVICES, 'power.lost'),
  ]);
  expect(states).toEqual([
    { state: 'power.off', visits: 1, devices: 1, during: {} },
    { state: 'power.on', visits: 3, devices: 2, during: {} },
  ]);
});

it('joins what one device went through in one region, in its order', () => {
  const { transitions } = coverageOf([
    enters(0, 'power.on'),
    enters(0, 'connection.online'),
    enters(1, 'power.off'),
    enters(0, 'power.off'),
    enters(0, 'power.on'),
    enters(0, 'power.off'),
    enters(0, 'connection.away'),
  ]);
  expect(transitions).toEqual([
    { from: 'connection.online', to: 'connection.away', count: 1 },
    { from: 'power.off', to: 'power.on', count: 1 },
    { from: 'power.on', to: 'power.off', count: 2 },
  ]);
});

it('says what was entered while a fault acted on the device', () => {
  const times = [6999, 7000, 9999, 10_000];
  const entries = times.flatMap((t) => [enters(0, 'power.on', t), enters(1, 'power.on', t)]);
  expect(coverageOf(entries).states).toMatchObject([{ visits: 8, during: { f: 2 } }]);
  expect(coverageOf(entries, false).states).toMatchObject([{ visits: 8, during: {} }]);
});
