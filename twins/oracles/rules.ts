/**
 * Which alarms a target should have raised, by what it has of each device: all of its readings are
 * sorted by when they came, and gone through once more when the run is over, by another
 * implementation of conditions and another way to look for what lasted long enough.
 */
import { Environment } from '@marcbachmann/cel-js';
import { type LedgerEntry, type Plan, type RulePlan, rulesOf } from '#kernel';
import { defineOracle, type OracleFold } from './oracle.ts';
import { type Alarm, alarmsIn, type Reading } from './rules/alarms.ts';

declare module './oracle.ts' {
  interface Oracles {
    rules: RulesOracle;
  }
}

export default defineOracle({
  kind: 'rules',
  summary: 'which alarms should have been raised, and when they were over',
  scope: 'lane',
  ops: ['rules/read', 'rules/input', 'rules/whole', 'rules/alarm'],
  start: ({ plan }) => new RulesOracle(plan),
});

export interface AlarmTold extends Alarm {
  /** By the clock of the target. */
  raised: number;
}

/** One rule over one device. */
export interface RuleStory {
  rule: RulePlan;
  /** Null where the target does not say since when it goes by it. */
  from: number | null;
  /** All that the target has of the device was read. */
  isWhole: boolean;
  /** A reading came in the very instant in which the rule began, so that nobody can say. */
  isUnclear: boolean;
  expected: Alarm[];
  told: AlarmTold[];
  /** Of the reading that made an alarm due: when it came. */
  receivedOf(alarm: Alarm): number | null;
}

interface Known {
  isWhole: boolean;
  from: Map<string, number>;
  readings: Reading[];
  told: Map<string, AlarmTold[]>;
}

type Fields = Readonly<Record<string, number | string>>;

export class RulesOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #devices = new Map<number, Known>();
  readonly #conditions: ReadonlyMap<string, Condition>;

  constructor(plan: Plan) {
    this.#plan = plan;
    const texts = rulesOf(plan).flatMap(({ when, clear }) => [when, clear]);
    this.#conditions = new Map(texts.map((text) => [text, conditionOf(text)]));
  }

  step(entry: LedgerEntry): void {
    const { device } = entry;
    const op = entry.op as string;
    const fields = entry as unknown as Fields;
    const known = this.#of(device);
    const rule = String(fields.rule);
    if (op === 'rules/read') known.from.set(rule, Number(fields.from));
    else if (op === 'rules/whole') known.isWhole = true;
    else if (op === 'rules/input') {
      const [n, at, received] = [fields.n, fields.at, fields.received].map(Number) as [
        ...[number, number, number],
      ];
      known.readings.push({ n, at, received, values: valuesIn(String(fields.values)) });
    } else {
      const { since, at, raised, cleared } = fields as Readonly<Record<string, number>>;
      const alarm = { since: since ?? 0, at: at ?? 0, cleared: cleared || null };
      known.told.set(rule, [...(known.told.get(rule) ?? []), { ...alarm, raised: raised ?? 0 }]);
    }
  }

  /** Of each rule that is over it. */
  of(device: number): RuleStory[] {
    const id = this.#plan.devices[device]?.id ?? '';
    const known = this.#of(device);
    return rulesOf(this.#plan)
      .filter(({ of }) => of === '' || `${id}/`.startsWith(`${of}/`))
      .map((rule) => this.#story(rule, known));
  }

  #story(rule: RulePlan, { isWhole, from, readings, told }: Known): RuleStory {
    const began = from.get(rule.name) ?? null;
    const own = readings.filter(({ received }) => began !== null && received > began);
    const when = this.#conditions.get(rule.when) ?? NEVER;
    const isOver = this.#conditions.get(rule.clear) ?? NEVER;
    return {
      rule,
      from: began,
      isWhole,
      isUnclear: readings.some(({ received }) => received === began),
      expected: alarmsIn(own, when, isOver, rule.forMs),
      told: told.get(rule.name) ?? [],
      receivedOf: ({ at }) => readings.find((one) => one.at === at)?.received ?? null,
    };
  }

  #of(device: number): Known {
    const known = this.#devices.get(device) ?? {
      ...{ isWhole: false, from: new Map(), readings: [], told: new Map() },
    };
    this.#devices.set(device, known);
    return known;
  }
}

type Condition = (values: Reading['values']) => boolean;
const NEVER: Condition = () => false;

/** What a reading lacks is no. */
function conditionOf(text: string): Condition {
  const evaluate = new Environment({ unlistedVariablesAreDyn: true }).parse(text);
  return (values) => {
    try {
      return evaluate(values) === true;
    } catch {
      return false;
    }
  };
}

function valuesIn(text: string): Reading['values'] {
  try {
    return JSON.parse(text) as Reading['values'];
  } catch {
    return {};
  }
}
