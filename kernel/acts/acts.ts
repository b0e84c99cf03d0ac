/**
 * What a plan says of what is to follow from alarms: which rule, whether from its beginning or its
 * end, what is done then, and what keeps it from being done too often. And what the ledger says of
 * it: one table for those who write it and those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import type { WebhookPlan } from '../plan/webhook.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const ACTS = 'acts';

/** What of an alarm something follows from. */
export const ACT_ON = ['raised', 'cleared'] as const;
export type ActOn = (typeof ACT_ON)[number];

/** One of them. */
export type ActDoes =
  | { command: { name: string; value: number } }
  | { twin: Readonly<Record<string, number>> }
  | { pause: string }
  | { webhook: ActWebhook };

/** Who is told of it by HTTP, and when he takes nothing. */
export interface ActWebhook extends WebhookPlan {
  downs: ActStop[];
}

/** 0 where it guards nothing. */
export interface ActGuard {
  /** So long after it was done for a device, or a place, it is not done again for that. */
  deadMs: number;
  /** So often at most for one, in any stretch so long. */
  most: number;
  overMs: number;
  /** The same of all together. */
  fleetMost: number;
  fleetOverMs: number;
}

/** When nothing may be done, by the operator's word. */
export interface ActStop {
  at: number;
  until: number;
}

export interface ActPlan {
  /** What it is called; no two alike. */
  name: string;
  /** Of that rule. */
  rule: string;
  on: ActOn;
  does: ActDoes;
  guard: ActGuard;
  /** When the operator asks for it, milliseconds of scenario time. */
  at: number;
  /** Of all acts together; one of them says it. */
  stops: ActStop[];
}

/** Why something was held. */
export const HELD_WHY = [
  /** The operator has stopped all of it. */
  'stopped',
  /** There is no such device. */
  'nobody',
  /** Another act has just set the same otherwise, and keeps it. */
  'conflict',
  'dead time',
  'rate',
  'fleet rate',
  /** Whoever should do it refused. */
  'refused',
] as const;
export type HeldWhy = (typeof HELD_WHY)[number];

export const ACT_OPS = {
  'acts/asked': { device: 'device', act: 'text' },
  'acts/answered': { device: 'device', act: 'text', status: 'count' },
  /** Since when the target does it. */
  'acts/began': { device: 'device', act: 'text', from: 'count' },
  /** The operator stops all of it, or lets it go on. */
  'acts/told': { device: 'device', on: 'boolean' },
  /** `at`: since when it is so, by the target. */
  'acts/took': { device: 'device', on: 'boolean', status: 'count', at: 'count' },
  /**
   * A decision of the target: in which place of all, what it would do, for which moment of which
   * alarm, when it decided, and why: by whom it was held, and with which values it was so.
   */
  'acts/decided': {
    device: 'device',
    place: 'count',
    act: 'text',
    rule: 'text',
    version: 'count',
    subject: 'text',
    at: 'count',
    decided: 'count',
    done: 'boolean',
    why: 'text',
    by: 'text',
    values: 'text',
    key: 'text',
  },
  /** Under which number a command went down. */
  'acts/sent': { device: 'device', key: 'text', n: 'count', sent: 'count' },
  /** By which gateway it did, where the target says so. */
  'acts/routed': { device: 'device', n: 'count', via: 'text' },
  /** What the device answered, as the target has it: whether it obeyed. */
  'acts/outcome': { device: 'device', key: 'text', done: 'boolean', answered: 'count' },
  /** All that the target has of it was read. */
  'acts/whole': { device: 'device' },
  /**
   * The webhook of an act, `by`, was called: under which key, how that was answered, and which
   * decision it tells of.
   */
  'acts/called': {
    ...({ device: 'device', by: 'text', key: 'text', status: 'count' } as const),
    ...({ act: 'text', rule: 'text', version: 'count', subject: 'text' } as const),
    ...({ at: 'count', decided: 'count', values: 'text' } as const),
  },
  /** It was called, and nobody can read what that says. */
  'acts/garbled': { device: 'device', by: 'text', why: 'text', says: 'text' },
  /** At the end: so far it was listened to. */
  'acts/listened': { device: 'device', by: 'text' },
} as const;

/** What truly happens in a device. */
export const ACT_TRUTHS = {
  /** A command came, for the first time or again. */
  'acts/heard': { device: 'device', n: 'count', key: 'text', again: 'boolean' },
  /**
   * It went to the physics, which obeyed or refused; or the device refused it, since a newer one of
   * its name had come before.
   */
  'acts/effect': {
    device: 'device',
    n: 'count',
    key: 'text',
    name: 'text',
    value: 'text',
    done: 'boolean',
  },
} as const;

/** Of that much of a decision's values, as JSON, the ledger has room; bytes. */
export const ACT_VALUES_MAX = 880;

/** First to last, as the scenario says them. */
export const actsOf = ({ workflows = [] }: Plan): ActPlan[] =>
  workflows.flatMap(({ workflow, resolved }) =>
    workflow === ACTS && isMap(resolved) ? [resolved as unknown as ActPlan] : [],
  );

/** Acts that may pause a campaign of firmware. */
export const holdersOf = (plan: Plan, campaign: string): ActPlan[] =>
  actsOf(plan).filter(({ does }) => 'pause' in does && does.pause === campaign);

/** What it sets, by name. */
export function aimsOf(does: ActDoes): ReadonlyMap<string, number> {
  if ('command' in does) return new Map([[does.command.name, does.command.value]]);
  return 'twin' in does ? new Map(Object.entries(does.twin)) : new Map();
}
