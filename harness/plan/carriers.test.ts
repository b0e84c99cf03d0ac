/**
 * A roster in which some devices are carried: what acts on links acts on carriers, cohorts and
 * lanes are theirs, and a plan in which nobody is carried is laid out as it always was.
 */
import { describe, expect, it } from 'vitest';
import { type DevicePlan, type EntryPlan, type FaultPlan, laneOf, type TargetPlan } from '#kernel';
import { CODE, fiveStreams } from '../../kernel/testing/streams.ts';
import { planCohorts } from './cohorts.ts';
import { planObservers } from './observers.ts';
import { layLanes } from './roster.ts';

const row = (id: string, over: Partial<DevicePlan> = {}): DevicePlan => ({
  id,
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
const fault = (devices: number[], over: Partial<FaultPlan> = {}): FaultPlan => ({
  id: 'f',
  fault: 'partition',
  from: 0,
  to: 60_000,
  acts: 'link',
  cohorts: [],
  devices,
  params: {},
  proof: { kind: 'stalled' },
  toxics: [],
  down: false,
  ...over,
});

/** Device 2 carries 0 and 1; 3 is on its own. */
function roster(): DevicePlan[] {
  const devices = [row('a', { via: 2 }), row('b', { via: 2 }), row('gate'), row('c')];
  layLanes(devices);
  return devices;
}

describe('a device that is carried', () => {
  it('has the lane of its carrier', () => {
    const lanes = roster().map(({ lane }) => lane);
    expect(lanes).toEqual(['gate', 'gate', 'gate', 'c'].map(laneOf));
  });

  it('is in the cohort of its carrier, and no session of it', () => {
    const devices = roster();
    const dark = fault([2]);
    const cohorts = planCohorts(devices, [null, null, null, null], [dark], new Map(), []);
    const cohort = cohorts[devices[2]?.cohort ?? -1];
    expect(devices.map((one) => cohorts[one.cohort]?.id)).toEqual([
      cohort?.id,
      cohort?.id,
      cohort?.id,
      'direct',
    ]);
    expect(cohort).toMatchObject({ devices: 1, faults: ['f'] });
    expect(cohorts.reduce((sum, { devices: count }) => sum + count, 0)).toBe(2);
    expect(dark.cohorts).toEqual([devices[2]?.cohort]);
  });

  it('holds back as much as its carrier is away', () => {
    const devices = roster();
    const streams = fiveStreams(true);
    const entries = [{ everyMs: 1000, streams: [CODE.telemetry] }] as EntryPlan[];
    const target = { guarantees: { queueLimit: 1000, maxQos: 2 } } as TargetPlan;
    const worst = (faults: FaultPlan[]): number =>
      planObservers({ entries, devices, streams, faults, target }).worstBacklog;
    // Five seconds of an observer's stall for three devices, and then a minute for each of them.
    expect(worst([])).toBe(15);
    expect(worst([fault([2])])).toBe(15 + 3 * 60);
  });
});
