/** Random rules of every form, and random readings that come late, twice, in any order or ahead. */
import type { Random, RulePlan, TermPlan, WindowPlan } from '#kernel';

const SIGNALS = ['a', 'b'] as const;
const COMPARES = ['<', '<=', '>', '>=', '==', '!='] as const;

export const oneOf = <T>(random: Random, all: readonly T[]): T =>
  all[random.below(all.length)] as T;

function comparison(random: Random, names: readonly string[]): string {
  const side = oneOf(random, names);
  // What is added up is now and then just there.
  const bound = `${random.below(8)}.${random.below(4) === 0 ? 5 : 3}`;
  const other = random.below(5) === 0 ? `${oneOf(random, names)} + 1.1` : bound;
  return `${side} ${oneOf(random, COMPARES)} ${other}`;
}

export function conditionOf(random: Random, names: readonly string[], depth = 0): string {
  const form = random.below(depth > 2 ? 2 : 6);
  if (form === 3) return `!(${conditionOf(random, names, depth + 1)})`;
  if (form > 3) {
    const [left, right] = [0, 1].map(() => conditionOf(random, names, depth + 1));
    return `(${left} ${form === 4 ? '&&' : '||'} ${right})`;
  }
  // Readings are in halves, and bounds just there are what goes wrong.
  return form === 0
    ? `${oneOf(random, SIGNALS.filter((one) => names.includes(one)).concat(names as never))} ${oneOf(random, COMPARES)} ${random.below(7)}.5`
    : comparison(random, names);
}

/** `per`: whose readings are in one window; null without any. */
function termOf(random: Random, name: string, per: RulePlan['per'] | null): TermPlan {
  const isInWindow = per !== null;
  const does = oneOf(
    random,
    isInWindow
      ? (['mean', 'min', 'max', 'sum', 'rise', 'count', 'share', 'devices'] as const)
      : (['mean', 'min', 'max', 'sum', 'rise', 'count', 'share', 'ago', 'steps'] as const),
  );
  const isOfSignal = ['mean', 'min', 'max', 'sum', 'rise'].includes(does);
  const count = does === 'steps' ? 2 + random.below(2) : 1;
  const what = isOfSignal
    ? [oneOf(random, SIGNALS)]
    : Array.from({ length: count }, () => conditionOf(random, SIGNALS, 2));
  const overMs = isInWindow || random.below(3) === 0 ? 0 : 1000 + random.below(6000);
  const last = isInWindow || (overMs > 0 && random.below(2) === 0) ? 0 : 2 + random.below(5);
  // It is of one device alone.
  const isOfOne = does === 'rise' && per !== 'device';
  const of = isInWindow && (random.below(4) === 0 || isOfOne) ? 'things/here-1/1' : '';
  return { name, does, what, of, overMs, last };
}

function windowOf(random: Random): WindowPlan {
  const lateMs = random.below(4) * 900;
  if (random.below(3) === 0) {
    const [gapMs, mostMs] = [1500 + random.below(2000), 4000 + random.below(9000)];
    return { everyMs: 0, overMs: 0, gapMs, mostMs, lateMs };
  }
  const everyMs = 1000 + 500 * random.below(6);
  return { everyMs, overMs: everyMs * (1 + random.below(3)), gapMs: 0, mostMs: 0, lateMs };
}

export function ruleOf(random: Random): RulePlan {
  const form = random.below(8);
  const isInWindow = form > 4;
  const hasTerms = isInWindow || form > 2;
  const names = hasTerms ? ['x', 'y'].slice(0, 1 + random.below(2)) : [];
  const per = isInWindow ? oneOf(random, ['device', 'site', 'fleet'] as const) : null;
  const terms = names.map((name) => termOf(random, name, per));
  const spoken = isInWindow ? names : [...SIGNALS, ...names, ...names];
  const change = (at: number) => ({
    ...{ at, when: conditionOf(random, spoken), clear: conditionOf(random, spoken) },
    ...{ forMs: random.below(4) * 1500, clearForMs: random.below(3) * 1200 },
    ...(form === 0 ? { forMs: 0, clearForMs: 0 } : {}),
  });
  const silentMs = form === 0 ? 1200 + random.below(2500) : 0;
  return {
    ...{ name: 'r', of: '', deadlineMs: 1000, terms, silentMs, ...change(0) },
    per: per ?? 'device',
    window: isInWindow ? windowOf(random) : null,
    changes: silentMs === 0 && random.below(3) === 0 ? [change(12_000)] : [],
  };
}

/** Two or three over single readings, those behind the first by the alarms of those before. */
export function composedOf(random: Random): RulePlan[] {
  const first = { ...plainOf(random, []), name: 'r' };
  const rules = [first];
  for (const name of ['q', 'z'].slice(0, 1 + random.below(2))) {
    // Of two alarms they may be the same one, standing and raised lately.
    const terms = ['x', 'y'].slice(0, 1 + random.below(2)).map((one): TermPlan => {
      const overMs = random.below(2) === 0 ? 0 : 1000 + random.below(6000);
      const what = [oneOf(random, rules).name];
      return { name: one, does: 'alarm', what, of: '', overMs, last: 0 };
    });
    rules.push({ ...plainOf(random, terms), name });
  }
  return rules;
}

/** Over single readings; each of these names is in a condition of its own. */
function plainOf(random: Random, others: readonly TermPlan[]): RulePlan {
  const terms = random.below(3) === 0 ? [termOf(random, 'w', null)] : [];
  const spoken = [...SIGNALS, ...terms.map(({ name }) => name)];
  const condition = (): string =>
    [conditionOf(random, spoken, 1), ...others.map(({ name }) => name)]
      .map((one) => (random.below(3) === 0 ? `!(${one})` : one))
      .join(random.below(3) === 0 ? ' || ' : ' && ');
  const change = (at: number) => ({
    ...{ at, when: condition(), clear: condition() },
    ...{ forMs: random.below(3) * 700, clearForMs: random.below(3) * 600 },
  });
  return {
    ...{ name: 'r', of: '', per: 'device', deadlineMs: 1000, silentMs: 0, ...change(0) },
    ...{ terms: [...terms, ...others], window: null },
    changes: random.below(4) === 0 ? [change(12_000)] : [],
  };
}

/** What a device says at once, seldom all of it: halves, and so much more. */
export const saying = (random: Random, more = 0): Record<string, number> =>
  Object.fromEntries(
    SIGNALS.filter(() => random.below(12) > 0).map((name) => [name, random.below(16) / 2 + more]),
  );
