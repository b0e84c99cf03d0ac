/**
 * Whether a decision names its true cause: the version of the rule that held then, and the values
 * of the reading by which the alarm was due or over, which must make its condition true.
 */
import type { ActPlan, RulePlan, versionsOf } from '#kernel';
import { conditionOf, type Said } from '../rules/conditions.ts';
import type { Decision } from './decisions.ts';

export interface Reading {
  received: number;
  /** Null where nobody can read them. */
  values: Said | null;
}

/** Null each where there is nothing. */
export interface Amiss {
  amiss: string | null;
  doubt: string | null;
}

export interface Around {
  act: ActPlan;
  rule: RulePlan;
  version: ReturnType<typeof versionsOf>[number] | undefined;
  /** Of each version of the rule, since when the target goes by it. */
  began: ReadonlyMap<number, number>;
  /** Whether something of that time, by which rules go, was surely later than the decision. */
  isLater(from: number): boolean;
  /** Of the device, those of the moment. */
  readings: readonly Reading[];
  /** All of its readings were read. */
  isRead: boolean;
}

/** So much of a decision's values says that there was no room for more. */
const NEARLY_FULL = 700;

const amiss = (what: string): Amiss => ({ amiss: what, doubt: null });
const doubt = (why: string): Amiss => ({ amiss: null, doubt: why });
const NOTHING: Amiss = { amiss: null, doubt: null };
const UNREAD = 'nobody can read what the reading of its moment says';

export function causeAmiss(decision: Decision, around: Around): Amiss {
  const { version, began, rule, isRead } = around;
  if (version === undefined)
    return amiss(`names the version ${decision.version}, and there is none`);
  const from = began.get(decision.version);
  if (from === undefined) return doubt('the target does not say since when it goes by the rule');
  if (around.isLater(from)) return amiss(`names the version ${decision.version}, which came later`);
  if (decision.values === null) return doubt('the values of a decision cannot be read');
  if (rule.silentMs > 0) return NOTHING;
  if (rule.window === null) {
    if (!isRead) return doubt('what the target has of the devices could not be read to its end');
    if (around.readings.some(({ values }) => values === null)) return doubt(UNREAD);
    const wrong = readingAmiss(decision, around);
    if (wrong !== null) return amiss(wrong);
  }
  const text = around.act.on === 'raised' ? version.when : version.clear;
  if (conditionOf(text)(decision.values)) return NOTHING;
  return isCut(decision)
    ? doubt('a decision has no room for all of its values')
    : amiss(`names values by which ${text} is not so`);
}

/** It may have no more of them than found room. */
const isCut = ({ values }: Decision): boolean => JSON.stringify(values).length > NEARLY_FULL;

/** Of the readings of that moment one must say the same, and be of the version's time. */
function readingAmiss(decision: Decision, { readings, began }: Around): string | null {
  const { at, version, values } = decision;
  if (readings.length === 0) return `names the moment ${at} ms, of which there is no reading`;
  const next = began.get(version + 1) ?? Number.POSITIVE_INFINITY;
  const from = began.get(version) ?? 0;
  const mayLack = isCut(decision);
  const same = readings.filter((reading) =>
    Object.entries(reading.values ?? {}).every(([name, value]) => {
      const named = values?.[name];
      return named === value || (mayLack && named === undefined);
    }),
  );
  const [first] = readings;
  if (same.length === 0) return `names other values than ${JSON.stringify(first?.values)}`;
  const isThen = same.some(({ received }) => from < received && !(next < received));
  return isThen ? null : `names the version ${version}, which did not hold then`;
}
