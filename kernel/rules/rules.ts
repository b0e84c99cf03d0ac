/**
 * What a plan says of rules: over which devices each is, of what its condition speaks, when it is
 * true and when that is over, for how long it must have been so, and how soon an alarm must follow.
 * And what the ledger says of them: one table for those who write it and those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const RULES = 'rules';

/** Whose readings one condition is about: those of a device, or of all in one place. */
export const RULE_SUBJECTS = ['device', 'site', 'region', 'fleet'] as const;
export type RuleSubject = (typeof RULE_SUBJECTS)[number];

/**
 * What several readings come to; the first five are of a signal, those behind them of conditions,
 * and the last is whether an alarm of another rule stands.
 */
export const TERM_DOES = [
  ...(['mean', 'min', 'max', 'sum', 'rise'] as const),
  ...(['count', 'share', 'devices', 'ago', 'steps'] as const),
  ...(['alarm'] as const),
];
export type TermDoes = (typeof TERM_DOES)[number];

/** A name in a condition that stands for what several readings come to. */
export interface TermPlan {
  name: string;
  does: TermDoes;
  /** A signal, a condition, conditions in turn, or the name of another rule. */
  what: string[];
  /** Of devices alone whose ids begin so; empty for all of the rule. */
  of: string;
  /**
   * How far back it looks from a reading, that one with it; 0 where a window says so. Of an alarm:
   * it was raised no longer ago; 0 for one that stands.
   */
  overMs: number;
  /** So many readings at most, the one that is looked at with them; 0 for as many as there are. */
  last: number;
}

/** Stretches of the devices' time; a rule looks at each once, when nothing more can come for it. */
export interface WindowPlan {
  /** One begins with each multiple of it; 0 where pauses part them. */
  everyMs: number;
  /** How long each is. */
  overMs: number;
  /** A pause of so long parts two; 0 where they begin by the clock. */
  gapMs: number;
  /** None is longer, where pauses part them. */
  mostMs: number;
  /** How long after its end a reading may still come for it, by the clock of the target. */
  lateMs: number;
}

/** From when on a rule asks for something else. */
export interface RuleChange {
  at: number;
  when: string;
  clear: string;
  forMs: number;
  clearForMs: number;
}

export interface RulePlan extends RuleChange {
  /** What it is called; no two alike. */
  name: string;
  /** How the ids of its devices begin; empty for all. */
  of: string;
  per: RuleSubject;
  /**
   * `at`: milliseconds of scenario time, when the operator asks for it. `when`: of a reading or a
   * window, in CEL; empty for a rule about silence. `clear`: an alarm is over when this is so.
   * `forMs`, `clearForMs`: it must have been so for so long, by the clock of the device.
   */
  terms: TermPlan[];
  window: WindowPlan | null;
  /** It is about devices of which nothing newer has come for so long; 0 for any other rule. */
  silentMs: number;
  /** So long after what made it due an alarm may be raised. */
  deadlineMs: number;
  /** First to last. */
  changes: RuleChange[];
}

/** A reading that says it is of a time so far ahead of the target's is set aside, and counted. */
export const READING_AHEAD_MS = 10_000;
/** The signal by which a device that has a clock of its own says what time that tells. */
export const STAMP = 'stamp';

export const RULE_OPS = {
  'rules/asked': { device: 'device', rule: 'text', version: 'count' },
  'rules/answered': { device: 'device', rule: 'text', version: 'count', status: 'count' },
  /** It was not taken, and never will be: `why`, in the words of the target. */
  'rules/refused': { device: 'device', rule: 'text', version: 'count', why: 'text' },
  /** Since when the target goes by it so. */
  'rules/began': { device: 'device', rule: 'text', version: 'count', from: 'count' },
  /** At the end: how many readings of it came after a later one, and how many were set aside. */
  'rules/heard': { device: 'device', late: 'count', ahead: 'count' },
  /** How many readings came for a window when that was over; by the device that it began with. */
  'rules/missed': { device: 'device', rule: 'text', subject: 'text', missed: 'count' },
  /**
   * A reading that the target has: from when it is by the device, when it came by the target, and
   * what it says, as JSON; what one has no room for is in others with the same times.
   */
  'rules/input': { device: 'device', n: 'count', at: 'count', received: 'count', values: 'text' },
  /** All readings that the target has of it were read. */
  'rules/whole': { device: 'device' },
  /** An alarm that the target has: by which times it was due, raised and cleared; 0 for not. */
  'rules/alarm': {
    device: 'device',
    rule: 'text',
    subject: 'text',
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

/** What it asks for, version by version; the first is 1. */
export const versionsOf = ({ at, when, clear, forMs, clearForMs, changes }: RulePlan) => [
  { at, when, clear, forMs, clearForMs },
  ...changes,
];
