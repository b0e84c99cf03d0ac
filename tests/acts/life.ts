/**
 * Random acts through one life of the service: alarms of two rules over three devices, some told
 * twice, while the operator stops all of it and the platform is killed. What the service decided is
 * given to the oracle, as the harness would.
 */
import { type ActPlan, type LedgerEntry, type Mutant, type Random, randomStream } from '#kernel';
import { ActBook, type Decision } from '../../twins/oracles/acts/decisions.ts';
import { judgeGuards } from '../../twins/oracles/acts/guards.ts';
import { Question } from '../../twins/platform/api/question.ts';
import type { Service, ServicePorts } from '../../twins/platform/service.ts';
import service from '../../twins/platform/services/acts.ts';
import { openStore } from '../../twins/platform/store/store.ts';

const NOTHING = new URLSearchParams();
const DEVICES = ['things/here/0', 'things/here/1', 'things/here/2'];
const RULES = ['high', 'low'];
const STEPS = 60;

/** What the service was told, first to last. */
export type Told =
  | {
      is: 'alarm';
      now: number;
      rule: string;
      on: 'raised' | 'cleared';
      subject: string;
      at: number;
    }
  | { is: 'switch'; now: number; on: boolean };

export interface Lived {
  acts: ActPlan[];
  told: Told[];
  decisions: Decision[];
  /** Decisions that the oracle takes for wrong. */
  amiss: Decision[];
}

export function life(seed: number, mutant: Mutant | null): Lived {
  const random = randomStream(seed, 'acts');
  const acts = ['a', 'b', 'c', 'd']
    .slice(0, 2 + random.below(3))
    .map((name) => actOf(name, random));
  const told: Told[] = [];
  const store = openStore(':memory:');
  store.create(service.schema);
  const clock = { now: 1 };
  const seams =
    mutant?.plant(
      () => {},
      () => clock.now,
    ) ?? null;
  const start = (): Service => {
    const living = service.start({
      ...{ sql: store, seams, publish: () => {}, topicOf: (id: string) => `to/${id}` },
      clock: { now: () => clock.now, after: () => () => {} },
      commits: { add: (write: () => void) => write() },
      perform: () => ({ status: 200, body: null }),
      registry: {
        page: () => ({ limit: 10_000, items: DEVICES.map((id) => ({ id })), next: null }),
      },
      enrolled: DEVICES.map((id) => ({ id, lane: 0 })),
    } as unknown as ServicePorts);
    living.ready?.();
    return living;
  };
  let living = start();
  const book = new ActBook({ devices: DEVICES as never });
  const note = (op: string, t: number, fields: object): void =>
    book.step({ t: t * 1000, op, device: -1, ...fields } as unknown as LedgerEntry);
  const post = (path: string, body: unknown): { at: number } => {
    const pattern = path.split('/').map((one, place) => (place === 0 ? one : '*'));
    const act = living.acts?.[pattern.join('/')];
    return act?.(new Question(path.split('/'), NOTHING), body) as { at: number };
  };
  for (const { name, rule, on, does, guard } of acts) {
    post(`acts/${name}`, { rule, on, do: does, guard });
  }
  let isOn = true;
  for (let step = 0; step < STEPS; step++) {
    clock.now += random.below(3) === 0 ? random.below(20) : random.below(900);
    if (random.below(15) === 0) living = start();
    if (random.below(10) === 0) {
      isOn = !isOn;
      told.push({ is: 'switch', now: clock.now, on: isOn });
      note('acts/told', clock.now, { on: isOn });
      const { at } = post(`acts/switch/${isOn ? 'on' : 'off'}`, {});
      note('acts/took', clock.now, { on: isOn, status: 200, at });
    }
    const before = told[random.below(told.length + 1)];
    const isAgain = before?.is === 'alarm' && random.below(8) === 0;
    const alarm: Told = isAgain ? { ...before, now: clock.now } : drawn(random, clock.now);
    told.push(alarm);
    if (alarm.is !== 'alarm') continue;
    const { rule, on, subject, at } = alarm;
    const notice = {
      rule,
      subject,
      device: subject,
      version: 1,
      since: at,
      at,
      values: { lid: 1 },
    };
    living.noticed?.({ of: 'rules', what: on, ...notice });
  }
  const page = living.routes.acts?.(new Question(['acts'], NOTHING)) as { acts: Listed[] };
  for (const { device: id, decided } of page.acts) {
    for (const one of decided) {
      const values = JSON.stringify(one.values);
      note('acts/decided', clock.now, { ...one, device: DEVICES.indexOf(id), values });
    }
  }
  store.close();
  const decisions = DEVICES.flatMap((_, device) => book.listedUnder(device));
  const amiss = decisions.filter((one) => isAmiss(one, acts, book));
  return { acts, told, decisions: decisions.sort((a, b) => a.place - b.place), amiss };
}

interface Listed {
  device: string;
  decided: (Omit<Decision, 'device'> & { device: string })[];
}

function isAmiss(decision: Decision, acts: readonly ActPlan[], book: ActBook): boolean {
  const act = acts.find(({ name }) => name === decision.act);
  if (act === undefined) return true;
  const { reasons, keepers, stop } = judgeGuards(act, decision, book, acts);
  const { done, why, by } = decision;
  if (done) return reasons.length > 0 || stop === 'off';
  if (why === 'stopped') return stop === 'on';
  return !reasons.some((one) => one === why) || (why === 'conflict' && !keepers.includes(by));
}

const drawn = (random: Random, now: number): Told => ({
  ...{ is: 'alarm', now, rule: RULES[random.below(2)] ?? '', at: now },
  on: random.below(2) === 0 ? 'raised' : 'cleared',
  subject: DEVICES[random.below(DEVICES.length)] ?? '',
});

function actOf(name: string, random: Random): ActPlan {
  const value = random.below(2);
  const deeds: ActPlan['does'][] = [
    { command: { name: 'lid', value } },
    { command: { name: 'lid', value } },
    { twin: { lid: value, dim: random.below(2) } },
    { pause: 'spring' },
  ];
  const span = (): number => 1 + random.below(4000);
  const [has, hasOfAll] = [random.below(2) === 0, random.below(2) === 0];
  const guard = {
    deadMs: random.below(3) === 0 ? 0 : span(),
    ...{ most: has ? 1 + random.below(2) : 0, overMs: has ? 2 * span() : 0 },
    ...{ fleetMost: hasOfAll ? 2 + random.below(3) : 0, fleetOverMs: hasOfAll ? span() : 0 },
  };
  const rule = RULES[random.below(2)] ?? '';
  const on = random.below(2) === 0 ? 'raised' : 'cleared';
  const does = deeds[random.below(deeds.length)] ?? { pause: 'spring' };
  return { name, rule, on, does, guard, at: 0, stops: [] };
}
