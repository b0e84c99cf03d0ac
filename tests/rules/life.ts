/**
 * One rule, or a few of which some speak of the others, through one life of the service and of the oracle: readings of three devices, some on
 * their way for longer, some twice or ahead of their time, while the platform is killed.
 */
import {
  type LedgerEntry,
  type Mutant,
  type Plan,
  type RulePlan,
  randomStream,
  versionsOf,
} from '#kernel';
import oracleKind, { type RulesOracle } from '../../twins/oracles/rules.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { Question } from '../../twins/platform/api/question.ts';
import type { Service, ServicePorts, TakenRow } from '../../twins/platform/service.ts';
import service from '../../twins/platform/services/rules.ts';
import { openStore } from '../../twins/platform/store/store.ts';
import { Hands } from '../hands.ts';
import { composedOf, oneOf, ruleOf, saying } from './draw.ts';

const NOTHING = new URLSearchParams();
const STEPS = 45;
/** So many steps before the first is asked for. */
const EARLY = 8;
/** Whoever asks what was sent learns of nothing that a platform might take for news. */
const UNSENT = { find: () => null };

interface Began {
  versions: { version: number; from: number }[];
}

interface Listed {
  device: string;
  late: number;
  ahead: number;
  missed: { rule: string; subject: string; missed: number }[];
  alarms: {
    rule: string;
    subject: string;
    since: number;
    at: number;
    raised: number;
    cleared: number | null;
  }[];
}

export function life(seed: number, mutant: Mutant | null, isComposed = false) {
  const random = randomStream(seed, 'rules');
  const bare = testPlan({ devices: 3, readings: 1 });
  const devices = bare.devices.map((row, at) => {
    const site = `here-${at === 2 ? 2 : 1}`;
    return { ...row, id: `things/${site}/${at}`, site, region: 'here' };
  });
  const rules = isComposed ? composedOf(random) : [ruleOf(random)];
  const workflows = rules.map((resolved) => ({ workflow: 'rules', session: 'rules', resolved }));
  const plan = { ...bare, devices, workflows } as unknown as Plan;
  const fleet = oracleKind.fleet?.start({ plan } as never);
  const of = (kind: string): unknown => (kind === 'rules/fleet' ? fleet : UNSENT);
  const oracle = oracleKind.start({ plan, of } as never) as RulesOracle;
  const note = (op: string, fields: object, t = 0): void => {
    const entry = { t, op, device: -1, ...fields } as unknown as LedgerEntry;
    fleet?.step(entry);
    if (entry.device >= 0) oracle.step(entry);
  };
  const store = openStore(':memory:');
  store.create(service.schema);
  const hands = new Hands();
  const seams =
    mutant?.plant(
      () => {},
      () => hands.now,
    ) ?? null;
  const start = (): Service => {
    const living = service.start({
      ...{ sql: store, seams, enrolled: devices.map(({ id, lane }) => ({ id, lane })) },
      clock: { now: () => hands.now, after: (ms: number, act: () => void) => hands.after(ms, act) },
      notify: () => {},
      commits: { add: (write: () => void) => write(), defer: (write: () => void) => write() },
      registry: {
        page: () => ({ limit: 9, items: devices.map(({ id }) => ({ id })), next: null }),
      },
    } as unknown as ServicePorts);
    living.ready?.();
    return living;
  };
  let living = start();
  const asked = new Map<string, number>();
  const ask = (rule: RulePlan): void => {
    const { name, of, per, terms, window, silentMs } = rule;
    const version = (asked.get(name) ?? 0) + 1;
    asked.set(name, version);
    const { when, clear, forMs, clearForMs } = versionsOf(rule)[version - 1] ?? rule;
    const fixed = { of, per, terms, window, silentMs };
    const body = { version, ...fixed, when, clear, forMs, clearForMs };
    const which = { rule: name, version };
    note('rules/asked', which, hands.now * 1000);
    living.acts?.['rules/*']?.(new Question(['rules', name], NOTHING), body);
    note('rules/answered', { ...which, status: 200 }, hands.now * 1000);
  };
  // The first of them is asked for at once; others before it or later, as it comes.
  const [first] = rules as [RulePlan];
  const untold = rules.slice(1).filter((rule) => {
    const isNow = random.below(2) === 0;
    if (isNow) ask(rule);
    return !isNow;
  });
  // In some lives there are readings before that, of which some come again after it.
  const asksAt = seed % 4 === 0 ? EARLY : 0;
  // In others no store tells what it had already, and rules go by what they know themselves.
  const isForgetful = seed % 4 === 1;
  // Halves are added up without any loss, and what is so much more is not.
  const more = seed % 5 < 2 ? 0.3 : 0;
  const clocks = devices.map(() => 0);
  const taken: TakenRow[] = [];
  for (let n = 0; n < STEPS; n++) {
    if (n === asksAt) ask(first);
    // As often as not it is a timer that comes first.
    hands.pass(hands.now + 1 + random.below(1000));
    if (random.below(20) === 0) {
      hands.drop();
      hands.now += random.below(4000);
      living = start();
    }
    if (untold.length > 0 && random.below(8) === 0 && n >= asksAt) {
      const rule = oneOf(random, untold);
      untold.splice(untold.indexOf(rule), 1);
      ask(rule);
      hands.pass(hands.now + 1);
    }
    for (const rule of rules.filter((one) => !untold.includes(one) && n >= asksAt)) {
      const later = versionsOf(rule)[asked.get(rule.name) ?? 0];
      if (later === undefined || hands.now <= later.at) continue;
      ask(rule);
      hands.pass(hands.now + 1);
    }
    const device = random.below(3);
    clocks[device] = Math.max(clocks[device] ?? 0, hands.now - 300) + 1;
    const before = taken[random.below(taken.length + 1)];
    const isAgain = before !== undefined && random.below(8) === 0;
    const late = random.below(6) === 0 ? random.below(5000) : 0;
    const ahead = random.below(25) === 0 ? 9000 + random.below(4000) : 0;
    const v = saying(random, more);
    const own = Math.max(0, (clocks[device] ?? 0) - late + ahead);
    // Of two devices they may be of one time.
    const at = random.below(3) === 0 ? own - (own % 500) : own;
    // Of one device no two are of one time.
    if (!isAgain && taken.some((one) => one.device === devices[device]?.id && one.intended === at))
      continue;
    const row = isAgain
      ? { ...before, receivedAt: hands.now }
      : ({
          ...{ device: devices[device]?.id, stream: 'telemetry', n, intended: at },
          ...{ receivedAt: hands.now, payload: Buffer.from(JSON.stringify({ v })) },
        } as unknown as TakenRow);
    living.take?.(row, !isAgain || isForgetful);
    if (isAgain) continue;
    taken.push(row);
    const values = JSON.stringify(v);
    note('rules/input', { device, n, at, received: hands.now, values });
  }
  hands.pass(hands.now + 30_000);
  readBack(
    living,
    rules.filter((rule) => !untold.includes(rule)).map(({ name }) => name),
    devices.map(({ id }) => id),
    note,
    hands.now,
  );
  store.close();
  const stories = devices.flatMap((_, device) => oracle.of(device));
  const rejected = devices.map((_, device) => oracle.rejected(device));
  return { rule: first, isComposed, stories, rejected };
}

function readBack(
  living: Service,
  rules: readonly string[],
  ids: readonly string[],
  note: (op: string, fields: object, t?: number) => void,
  now: number,
): void {
  for (const name of rules) {
    const named = new Question(['rules', name], NOTHING);
    const rule = living.routes['rules/*']?.(named) as Began | undefined;
    for (const { version, from } of rule?.versions ?? [])
      note('rules/began', { rule: name, version, from });
  }
  const page = living.routes.rules?.(new Question(['rules'], NOTHING)) as { rules: Listed[] };
  for (const { device: id, late, ahead, missed, alarms } of page.rules) {
    const device = ids.indexOf(id);
    note('rules/heard', { device, late, ahead }, now * 1000);
    for (const one of missed) note('rules/missed', { device, ...one });
    for (const one of alarms) note('rules/alarm', { device, ...one, cleared: one.cleared ?? 0 });
  }
  // It is read to its end, whomever it lists.
  ids.forEach((_, device) => {
    note('rules/whole', { device }, now * 1000);
  });
}
