/**
 * A part with a connection of its own, and a service of the twin that answers it: what acts on a
 * device's link acts on this one as on its first, and the gears agree on what came of it.
 */
import { readFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import type { FaultPlan, Plan } from '#kernel';
import { type LedgerLine, Sandbox } from './sandbox.ts';
import { scene } from './scenes.ts';

const box = new Sandbox();
afterAll(() => box.close());

const FILES = ['talk-part.ts', 'talk-service.ts'];
const DELAY_MS = 200;
const SCENE = scene({
  name: 'talk',
  time: '{ warmup: 2s, steady: 2s, chaos: 6s, settle: 2s, drain: 1s }',
  fleet:
    '{ id: rooms, model: room-thermostat, count: 8, every: 500ms, keep-alive: 10s, parts: [{ talk: {} }] }',
  chaos: [
    '{ id: dark, at: chaos, for: 1500ms, fault: partition, where: 50% }',
    `{ id: slow, at: chaos+2s, for: 2s, fault: latency, where: 50%, with: { delay: ${DELAY_MS}ms } }`,
    '{ id: torn, at: chaos+5s, for: 600ms, fault: reset, where: 50% }',
  ],
  more: [`plugins: [${FILES.map((name) => `./${name}`).join(', ')}]`],
});

interface Word {
  n: number;
  said: number;
  /** Undefined when it never came back. */
  heard: number | undefined;
}

interface Talks {
  plan: Plan;
  wordsOf(device: number): Word[];
  closed: readonly LedgerLine[];
}

async function talksIn(gear: string): Promise<Talks> {
  for (const name of FILES)
    box.write(name, readFileSync(new URL(`talk/${name}`, import.meta.url), 'utf8'));
  box.write('talk.yaml', SCENE);
  const into = await box.unspoilt(gear, 'run', 'talk.yaml', '--gear', gear);
  const { faults } = box.result(into);
  expect(faults.map(({ effective }) => effective)).toEqual([true, true, true]);
  const plan = box.plan(into);
  const lines = (await box.ledger(into)).filter(({ op }) => op.startsWith('talk/'));
  const wordsOf = (device: number): Word[] => {
    const own = lines.filter((line) => line.device === plan.devices[device]?.id);
    const heard = new Map(own.filter(({ op }) => op === 'talk/heard').map(({ n, t }) => [n, t]));
    return own
      .filter(({ op }) => op === 'talk/said')
      .map(({ n = -1, t }) => ({ n, said: t, heard: heard.get(n) }));
  };
  return { plan, wordsOf, closed: lines.filter(({ op }) => op === 'talk/closed') };
}

const faultOf = ({ faults }: Plan, name: string): FaultPlan =>
  faults.find(({ id }) => id === name) as FaultPlan;

/** How long each word took that was said while the fault surely acted. */
function delaysIn({ plan, wordsOf }: Talks, name: string, device: number, marginMs: number) {
  const { from, to } = faultOf(plan, name);
  return wordsOf(device).flatMap(({ said, heard }) =>
    said >= from + marginMs && said < to - marginMs ? [(heard ?? Number.NaN) - said] : [],
  );
}

/**
 * How many words each device says in sim before connections are torn. Told by their number: a word
 * of that instant may fall on either side of it in real.
 */
const saidBefore = ({ plan, wordsOf }: Talks, name: string): number[] => {
  const { from } = faultOf(plan, name);
  return plan.devices.map(
    (_, device) => wordsOf(device).filter(({ said }) => said < from - DELAY_MS).length,
  );
};

/** The first words of each device, and whether they came back. */
const firstWords = ({ plan, wordsOf }: Talks, counts: readonly number[]) =>
  plan.devices.map(({ id }, device) => ({
    id,
    words: wordsOf(device)
      .filter(({ n }) => n < (counts[device] ?? 0))
      .map(({ n, heard }) => `${n} ${heard !== undefined}`),
  }));

it('goes through the faults of its device, in both gears alike', async () => {
  const sim = await talksIn('sim');
  const real = await talksIn('real');
  const { plan } = sim;
  for (const talks of [sim, real]) {
    for (const device of faultOf(plan, 'dark').devices)
      expect(Math.max(...delaysIn(talks, 'dark', device, 0))).toBeGreaterThan(700);
    for (const device of faultOf(plan, 'slow').devices) {
      const delays = delaysIn(talks, 'slow', device, 2.5 * DELAY_MS);
      expect(delays.length).toBeGreaterThan(1);
      for (const delay of delays) expect(delay).toBeGreaterThanOrEqual(2 * DELAY_MS - 1);
    }
    const torn = faultOf(plan, 'torn').devices.map((device) => plan.devices[device]?.id);
    expect([...new Set(talks.closed.map(({ device }) => device))].sort()).toEqual(torn.sort());
    // All of them talk again in the end.
    plan.devices.forEach((_, device) => {
      expect(talks.wordsOf(device).at(-1)?.heard).toBeDefined();
    });
  }
  const counts = saidBefore(sim, 'torn');
  expect(Math.min(...counts)).toBeGreaterThan(20);
  const whole = firstWords(sim, counts);
  expect(whole.map(({ words }) => words.length)).toEqual(counts);
  expect(whole.flatMap(({ words }) => words.filter((one) => one.endsWith('false')))).toEqual([]);
  expect(firstWords(real, counts)).toEqual(whole);
  // In virtual time, who is not touched is answered at once.
  const spared = plan.devices.flatMap((_, at) =>
    faultOf(plan, 'dark').devices.includes(at) ? [] : delaysIn(sim, 'dark', at, 0),
  );
  expect(spared.length).toBeGreaterThan(4);
  expect(Math.max(...spared)).toBeLessThan(1);
  box.expectClean();
});
