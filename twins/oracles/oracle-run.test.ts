/** Who asks an oracle gets one at work: started once, in order, never for nobody. */
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../kernel/testing/fields.ts';
import { type AskOracle, defineOracle, type OracleKind } from './oracle.ts';
import { OracleFailures } from './oracle-failures.ts';
import { OracleRun } from './oracle-run.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

/** What the oracles of a test did, in order. */
type Diary = string[];

/** Writes down its start and its entries; asks these first. */
const diarist = (diary: Diary, kind: string, asks: string[] = [], over: object = {}): OracleKind =>
  defineOracle({
    kind,
    summary: 'writes down what it sees',
    scope: 'lane',
    start: ({ of }) => {
      for (const asked of asks) of(asked);
      diary.push(`${kind} starts`);
      return { step: ({ op }) => diary.push(`${kind} sees ${op}`) };
    },
    ...over,
  });

function runOf(oracles: readonly OracleKind[], failures = new OracleFailures()): OracleRun {
  const plan = testPlan({ devices: 1, readings: 1 });
  return new OracleRun({
    kinds: new Map(oracles.map((oracle) => [oracle.kind, oracle])),
    scope: 'lane',
    around: { plan, timeline: new TimelineBuilder(plan).finish(), lane: 0, devices: [0] },
    failures,
    elsewhere: (kind) => `${kind} of the fleet`,
  });
}

const BOOT = entryOf(1, 'boot', { device: 0 });
const throws = (): never => {
  throw new Error('out of ink');
};

describe('oracles that are asked', () => {
  it('are started once, those that they ask before them, and see entries in that order', () => {
    const diary: Diary = [];
    const run = runOf([
      diarist(diary, 'above', ['below', 'beside']),
      diarist(diary, 'below'),
      diarist(diary, 'beside', ['below']),
      diarist(diary, 'idle'),
    ]);
    expect(run.of('above')).toBe(run.of('above'));
    expect(run.of('below')).toBe(run.of('below'));
    expect(diary.splice(0)).toEqual(['below starts', 'beside starts', 'above starts']);
    run.begin();
    run.step(BOOT);
    expect(diary).toEqual(['below sees boot', 'beside sees boot', 'above sees boot']);
  });

  it('see only the ops that they name', () => {
    const diary: Diary = [];
    const run = runOf([diarist(diary, 'picky', [], { ops: ['off', 'echo/heard'] })]);
    run.of('picky');
    for (const op of ['boot', 'off', 'online'] as const) run.step(entryOf(1, op, { device: 0 }));
    expect(diary).toEqual(['picky starts', 'picky sees off']);
    expect([...run.ops()]).toEqual(['off', 'echo/heard']);
  });

  it('are looked for among those of the other scope when they have it', () => {
    const fleet = { scope: 'fleet', ops: ['boot'] };
    const run = runOf([diarist([], 'wide', [], fleet), diarist([], 'narrow', ['wide'])]);
    expect(run.of('wide')).toBe('wide of the fleet');
    run.begin();
    expect(run.of('wide')).toBe('wide of the fleet');
  });

  it('are errors of who asks when they are not there, come too late, or ask in a circle', () => {
    const run = runOf([
      diarist([], 'late'),
      diarist([], 'hen', ['egg']),
      diarist([], 'egg', ['nest']),
      diarist([], 'nest', ['hen']),
      diarist([], 'lost', ['nobody']),
    ]);
    expect(() => run.of('nobody')).toThrow("there is no oracle 'nobody' here");
    expect(() => run.of('lost')).toThrow("the oracle 'lost' failed: there is no oracle 'nobody'");
    const circle = 'the oracles ask each other in a circle: hen → egg → nest → hen';
    expect(() => run.of('hen')).toThrow(circle);
    // It does not matter where one enters it.
    expect(() => run.of('egg')).toThrow(circle);
    run.begin();
    expect(() => run.of('late')).toThrow("the oracle 'late' was not asked for at the start");
  });

  it('may come late once all entries have passed, and see the next from the first on', () => {
    const diary: Diary = [];
    const run = runOf([diarist(diary, 'first'), diarist(diary, 'second', ['first'])]);
    run.of('first');
    run.begin();
    run.rest();
    run.of('second');
    run.step(BOOT);
    expect(diary).toEqual(['first starts', 'second starts', 'second sees boot']);
  });
});

describe('an oracle that throws', () => {
  const broken = (over: object): { failures: OracleFailures; diary: Diary; ask: AskOracle } => {
    const diary: Diary = [];
    const failures = new OracleFailures();
    const run = runOf(
      [
        diarist(diary, 'well'),
        diarist(diary, 'broken', ['well'], over),
        diarist(diary, 'leans', ['broken']),
      ],
      failures,
    );
    const ask: AskOracle = <T>(kind: string): T => {
      const oracle = run.of<T>(kind);
      run.step(BOOT);
      run.step(BOOT);
      return oracle;
    };
    return { failures, diary, ask };
  };
  const WHY = "the oracle 'broken' failed: out of ink";

  it('is out with those that lean on it, in every lane, and nobody else', () => {
    const { ask, diary, failures } = broken({ start: () => ({ step: throws }) });
    ask('leans');
    expect(diary.filter((line) => line === 'leans sees boot').length).toBeLessThanOrEqual(1);
    ask('well');
    expect(diary.filter((line) => line === 'well sees boot')).toHaveLength(2);
    expect(['well', 'broken', 'leans'].map((kind) => failures.of(kind))).toEqual([null, WHY, WHY]);
    expect(() => ask('broken')).toThrow(WHY);
    // Another lane, the same failures.
    expect(() => runOf([diarist([], 'broken')], failures).of('broken')).toThrow(WHY);
  });

  it('says so when it cannot even start', () => {
    const { ask, failures } = broken({ start: throws });
    expect(() => ask('leans')).toThrow(WHY);
    expect(() => ask('broken')).toThrow(WHY);
    ask('well');
    expect(failures.of('well')).toBeNull();
  });

  it('is one that sees the whole fleet and does not say which ops', () => {
    const plan = testPlan({ devices: 1, readings: 1 });
    const kinds = new Map([['wide', diarist([], 'wide', [], { scope: 'fleet' })]]);
    const around = { plan, timeline: new TimelineBuilder(plan).finish(), lane: null, devices: [] };
    const elsewhere = throws;
    const failures = new OracleFailures();
    const run = new OracleRun({ kinds, scope: 'fleet', around, failures, elsewhere });
    expect(() => run.of('wide')).toThrow('does not say which ops');
  });
});
