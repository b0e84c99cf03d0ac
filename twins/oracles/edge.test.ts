/** What an honest loop cannot help: children that repeat themselves, or that others switch. */
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { EdgeOracle } from './edge.ts';
import { testPlan } from './testing/plan.ts';
import type { Timeline } from './timeline.ts';

const SETTINGS = { setpoint: 20, hysteresis: 1 };
const [OWN, OTHER, CHILD] = [0, 1, 2];
const SETTING = 90;

type Fault = { from: number; to: number; stale: boolean };

function oracleOf({ from, to, stale }: Fault = { from: 0, to: 0, stale: false }) {
  const plan = testPlan({ devices: 3, readings: 60 });
  const [entry] = plan.entries;
  const params = {
    ...{ reads: 'level', switches: 'heat', way: 'heats', ...SETTINGS },
    ...{ reaction: 500, stale: 60_000, memory: 'flash' },
  };
  if (entry !== undefined) {
    plan.entries = [{ ...entry, parts: [{ kind: 'edge', params }] }, entry];
  }
  Object.assign(plan.devices[CHILD] ?? {}, { via: OWN, fallBack: OTHER, entry: 1 });
  const [stream] = plan.streams;
  if (stream !== undefined) {
    plan.streams = [...plan.streams, { ...stream, name: 'edge-setting', code: SETTING }];
  }
  const resolved = { settings: [{ setpoint: 25 }] };
  plan.workflows = [{ workflow: 'edge', session: 'edge', resolved }];
  const bus = stale ? { stale } : { lateMs: 10 };
  const timeline = {
    phase: () => undefined,
    end: 60_000_000,
    faultsOn: (device: number) =>
      device === CHILD ? [{ from: from * 1e6, to: to * 1e6, plan: { bus } }] : [],
  } as unknown as Timeline;
  const oracle = new EdgeOracle(plan, timeline);
  const step = (op: string, second: number, device: number, fields: object): void =>
    oracle.step({ op, t: second * 1_000_000, device, ...fields } as unknown as LedgerEntry);
  const story = {
    /** Due at that second, and heard then or later. */
    read: (n: number, value: number, on: boolean, { by = OWN, at = n } = {}) => {
      step('edge/read', at, by, { child: CHILD, n, value: String(value), on: String(on) });
      return story;
    },
    switched: (second: number, on: boolean, by = OWN) => {
      const settings = JSON.stringify(SETTINGS);
      step('edge/switched', second, by, { child: CHILD, n: second, on, done: true, settings });
      return story;
    },
    told: (second: number, n: number) => {
      step('received', second, OWN, { stream: SETTING, n });
      return story;
    },
    boots: (second: number) => {
      step('boot', second, CHILD, { epoch: 2, cause: 'power-on' });
      return story;
    },
    wrong: (by = OWN) => oracle.of(by)?.mistakes.map(({ mistake }) => mistake),
    unsure: (by = OWN) => oracle.of(by)?.unsure,
  };
  return story;
}

const repeats = (fault?: Fault, at?: number) =>
  oracleOf(fault)
    .read(5, 19, false)
    .switched(5, true)
    .read(6, 20, false, at === undefined ? {} : { at });

it('does not take for disobedience what a fault lets a child repeat', () => {
  expect(repeats().wrong()).toEqual(['not-obeyed']);
  expect(repeats({ from: 4, to: 9, stale: false }).wrong()).toEqual(['not-obeyed']);
  const stale = { from: 4, to: 9, stale: true };
  expect([repeats(stale).wrong(), repeats(stale).unsure()]).toEqual([[], 1]);
  // Due before the fault, and said within it.
  expect(repeats({ from: 7, to: 9, stale: true }, 8).wrong()).toEqual([]);
  expect(repeats({ from: 8, to: 9, stale: true }, 7).wrong()).toEqual(['not-obeyed']);
  // What comes after it is the child's own word again.
  const after = (on: boolean) => repeats({ from: 4, to: 7, stale: true }).read(8, 20, on).wrong();
  expect([after(true), after(false)]).toEqual([[], ['not-obeyed']]);
});

it('does not take for disobedience what the other gateway of a child made of it', () => {
  const both = (by: number) =>
    oracleOf()
      .read(5, 19, false)
      .switched(5, true)
      .read(6, 21, true, { by: OTHER })
      .switched(6, false, by);
  expect(both(OTHER).read(7, 20, false).wrong()).toEqual([]);
  expect(both(OTHER).read(7, 20, true, { by: OTHER }).unsure(OTHER)).toBe(1);
});

it('knows that a child came up, by whichever of its gateways', () => {
  const spare = (boots: boolean) => {
    const story = oracleOf().read(5, 19, false, { by: OTHER }).switched(5, true, OTHER);
    if (boots) story.boots(6);
    return story.read(7, 20, false, { by: OTHER }).wrong(OTHER);
  };
  expect([spare(false), spare(true)]).toEqual([['not-obeyed'], []]);
});

it('cannot tell a child that goes on from one whose own rule says so', () => {
  const off = oracleOf().read(5, 21, true).switched(5, false).read(6, 20, true);
  expect([off.wrong(), off.unsure()]).toEqual([[], 1]);
});

it('goes by the one setting that there is, however often it is told', () => {
  const sees = (n: number) => {
    const story = oracleOf().told(4, n).read(5, 22, false).read(9, 22, false);
    return story.wrong();
  };
  expect(sees(0)).toContain('not-switched');
  expect(sees(1)).toEqual(sees(0));
});
