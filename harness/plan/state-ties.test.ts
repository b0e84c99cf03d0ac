/** What a plan says of faults that are tied to states: which it refuses, and whom it selects. */
import { describe, expect, it } from 'vitest';
import { type FaultKind, faultFamily } from '#chaos';
import { definePart, partFamily } from '#devices';
import type { Catalog, DevicePlan, EntryPlan, FaultPlan } from '#kernel';
import type { Scenario, ScenarioFault } from '#scenarios';
import { planCohorts } from './cohorts.ts';
import { proxyProblems, stateProblems, tieOf, untiedProblems } from './state-ties.ts';

const moody = definePart({
  kind: 'moody',
  summary: 'is a part of a test',
  region: { initial: 'calm', states: { calm: {}, cross: { states: { loud: {} } } } },
  start: () => ({}),
});
const kind = (name: string, underState?: FaultKind['underState']): FaultKind =>
  ({ kind: name, underState }) as unknown as FaultKind;
const partition = kind('partition', 'ends');
const powerCut = kind('power-cut', 'lasts');
const brokerKill = kind('broker-kill');
const faults = new Map([partition, powerCut, brokerKill].map((one) => [one.kind, one]));
const catalog = {
  of: (family: unknown) =>
    family === partFamily
      ? new Map([['moody', moody]])
      : family === faultFamily
        ? faults
        : new Map(),
} as unknown as Catalog;

const written = (fault: string, tie: Partial<ScenarioFault['tie']> = {}): ScenarioFault =>
  ({
    id: 'cuts',
    fault,
    tie: { key: 'while', state: 'moody.cross', nth: null, forMs: 2000, ...tie },
  }) as unknown as ScenarioFault;

describe('a tie', () => {
  it('ends with the state, where the fault does not end that itself', () => {
    const during = written('partition').tie as NonNullable<ScenarioFault['tie']>;
    expect(tieOf(during, partition)).toEqual({ state: 'moody.cross', forMs: 2000, ends: true });
    expect(tieOf(during, powerCut)).toMatchObject({ ends: false });
    const nth = { ...during, key: 'when', nth: 3 } as const;
    expect(tieOf(nth, partition)).toMatchObject({ nth: 3, ends: false });
  });

  it('is refused of a fault that acts on more than devices, with those that can', () => {
    expect(untiedProblems(partition, written('partition'), faults, 'chaos[4]')).toEqual([]);
    expect(untiedProblems(brokerKill, written('broker-kill'), faults, 'chaos[4]')).toMatchObject([
      {
        code: 'fault-untied',
        path: 'chaos[4].while',
        message: expect.stringContaining('broker-kill does not act on single devices'),
        hint: expect.stringContaining('partition, power-cut'),
      },
    ]);
  });
});

describe('the state of a tie', () => {
  const entry = (id: string, parts: string[] = []): EntryPlan =>
    ({ id, parts: parts.map((kind) => ({ kind, params: {} })) }) as unknown as EntryPlan;
  const entries = [entry('plain'), entry('odd', ['moody'])];
  const devices = [0, 1, 0, 1].map((one) => ({ entry: one }) as DevicePlan);
  const ask = (state: string, selected = [0, 1, 2, 3]) => {
    const fault = { id: 'cuts', devices: selected, tie: { state } } as unknown as FaultPlan;
    const scenario = { chaos: [written('power-cut', { state })] } as unknown as Scenario;
    return {
      fault,
      problems: stateProblems({ scenario, catalog }, { entries, devices, faults: [fault] }),
    };
  };

  it('takes those that can be in it, and no others', () => {
    expect(ask('moody.cross')).toMatchObject({ fault: { devices: [1, 3] }, problems: [] });
    expect(ask('moody.loud')).toMatchObject({ fault: { devices: [1, 3] }, problems: [] });
    expect(ask('connection.backoff')).toMatchObject({ fault: { devices: [0, 1, 2, 3] } });
  });

  it('is refused where there is none, with the nearest', () => {
    expect(ask('connection.backof').problems).toMatchObject([
      {
        code: 'unknown-state',
        path: 'chaos[0].while.state',
        hint: expect.stringContaining('connection.backoff'),
      },
    ]);
  });

  it('is refused where others have it', () => {
    expect(ask('moody.cross', [0, 2]).problems).toMatchObject([
      { code: 'state-of-others', path: 'chaos[0].while.state' },
    ]);
  });
});

describe('a fault on links that goes by a state', () => {
  const count = 300;
  const fleet = (channels: string[] = []) => ({
    entries: [{ channels } as unknown as EntryPlan],
    devices: Array.from(
      { length: count },
      (_, index) => ({ id: `d/${index}`, entry: 0 }) as DevicePlan,
    ),
  });
  const fault = (id: string, over: Partial<FaultPlan>): FaultPlan =>
    ({ id, acts: 'link', tie: { state: 'a.b' }, ...over }) as FaultPlan;
  const first = (many: number): number[] => Array.from({ length: many }, (_, index) => index);
  const ask = (faults: FaultPlan[], channels?: string[]) => {
    const scenario = { chaos: faults.map(({ id }) => ({ id })) } as unknown as Scenario;
    return proxyProblems({ scenario }, { ...fleet(channels), faults });
  };

  it('gives each of its devices a proxy, and the others share one', () => {
    const { devices, entries } = fleet();
    const [own, whole] = [fault('own', { devices: [4, 7] }), fault('all', { devices: first(9) })];
    delete whole.tie;
    const none = devices.map(() => null);
    const cohorts = planCohorts(devices, none, [own, whole], new Map(), entries);
    expect(cohorts.map((one) => one.devices)).toEqual([7, 1, 1, 291]);
    expect([4, 7].map((device) => own.cohorts.includes(devices[device]?.cohort ?? -1))).toEqual([
      true,
      true,
    ]);
    expect(own.cohorts).toHaveLength(2);
    expect(whole.cohorts).toHaveLength(3);
  });

  it('may have 200 of them, over all such faults and with their channels', () => {
    const refused = [{ code: 'too-many-proxies', path: 'chaos[1]' }];
    const few = fault('few', { devices: first(10) });
    expect(ask([few, fault('many', { devices: first(200) })])).toEqual([]);
    expect(ask([few, fault('many', { devices: first(201) })])).toMatchObject(refused);
    expect(ask([few, fault('many', { devices: first(100) })], ['more'])).toEqual([]);
    expect(ask([few, fault('many', { devices: first(101) })], ['more'])).toMatchObject(refused);
    expect(ask([fault('power', { devices: first(300), acts: 'device' })])).toEqual([]);
    expect(ask([{ ...fault('plain', { devices: first(300) }), tie: undefined } as never])).toEqual(
      [],
    );
  });
});
