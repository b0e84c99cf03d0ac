/**
 * What a plan says of rules: over which devices each is, when what a reading says makes it true and
 * when that is over, for how long it must have been so, and how soon an alarm must follow. And what
 * the ledger says of them: one table for those who write it and those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const RULES = 'rules';

export interface RulePlan {
  /** What it is called; no two alike. */
  name: string;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  /** Milliseconds of scenario time: when the operator asks for it. */
  at: number;
  /** Of one reading, in CEL. */
  when: string;
  /** An alarm is over when this is so of a later reading. */
  clear: string;
  /** It must have been so of each reading for so long, by the clock of the device. */
  forMs: number;
  /** So long after the reading that made it due an alarm may be raised. */
  deadlineMs: number;
}

export const RULE_OPS = {
  'rules/asked': { device: 'device', rule: 'text' },
  'rules/answered': { device: 'device', rule: 'text', status: 'count' },
  /** At the end: since when the target goes by it, and how many readings came too late for it. */
  'rules/read': { device: 'device', rule: 'text', from: 'count', late: 'count' },
  /**
   * A reading that the target has: from when it is by the device, when it came by the target, and
   * what it says, as JSON.
   */
  'rules/input': { device: 'device', n: 'count', at: 'count', received: 'count', values: 'text' },
  /** All readings that the target has of it were read. */
  'rules/whole': { device: 'device' },
  /** An alarm that the target has: by which readings it was due, raised and cleared; 0 for not. */
  'rules/alarm': {
    device: 'device',
    rule: 'text',
    since: 'count',
    at: 'count',
    raised: 'count',
    cleared: 'count',
  },
} as const;

/** First to last, as the scenario says them. */
export const rulesOf = ({ workflows = [] }: Plan): RulePlan[] =>
  workflows.flatMap(({ workflow, resolved }) =>
    workflow === RULES && isMap(resolved) ? [resolved as unknown as RulePlan] : [],
  );
