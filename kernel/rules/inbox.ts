/**
 * What a plan says of an inbox: where a platform of somebody else sends its alarms, and by which
 * rules it goes on its own. And what the ledger says of it: one table for those who write it and
 * those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import type { WebhookPlan } from '../plan/webhook.ts';
import { isMap } from '../plugins/quantity.ts';
import type { RulePlan } from './rules.ts';

/** The workflow that lays it out. */
const INBOX = 'inbox';

export interface InboxPlan {
  /** Alarms come on it, or on any topic below it; empty where they come by HTTP. */
  topic: string;
  /** Where they come by HTTP; left out where they come by a topic. */
  http?: WebhookPlan;
  /** They hold from the beginning, each over one device, by its readings alone. */
  rules: RulePlan[];
}

/** What a message in it says of an alarm. */
export const ALARM_SAYS = ['raised', 'cleared'] as const;
export type AlarmSays = (typeof ALARM_SAYS)[number];

export const INBOX_OPS = {
  /**
   * A reading that our observers saw come by, the first time: from when it is by the device, when
   * it was seen, and what it says, as JSON.
   */
  'inbox/reading': { device: 'device', n: 'count', at: 'count', received: 'count', values: 'text' },
  /** An alarm of it was raised or cleared; `isAgain`: it is marked as one that may have come. */
  'inbox/told': {
    ...({ device: 'device', rule: 'text', what: 'text' } as const),
    ...({ since: 'count', at: 'count', isAgain: 'boolean' } as const),
  },
  /**
   * The same, told by one shard for all, of a device that it does not know: by the name that the
   * target gives it.
   */
  'inbox/posted': {
    ...({ device: 'device', subject: 'text', rule: 'text', what: 'text' } as const),
    ...({ since: 'count', at: 'count', isAgain: 'boolean' } as const),
  },
  /** A message in the inbox that is of no rule and device of the run, or that nobody can read. */
  'inbox/strange': { device: 'device', why: 'text', says: 'text' },
  /**
   * A message in it names a device that the shard which speaks for all does not know: of another
   * shard, or of nobody. Told once of each name.
   */
  'inbox/elsewhere': { device: 'device', says: 'text' },
  /** The inbox was not heard for a while, and what came then may be gone. */
  'inbox/deaf': { device: 'device', why: 'text' },
  /** At the end: so far the inbox was heard for this device. */
  'inbox/heard': { device: 'device' },
  /** At the end: so many calls were answered so before anybody read them, the first then. */
  'inbox/refused': {
    ...({ device: 'device', status: 'count', times: 'count' } as const),
    ...({ first: 'count', why: 'text' } as const),
  },
} as const;

/** Null for a run that has none. */
export function inboxOf({ workflows = [] }: Plan): InboxPlan | null {
  const own = workflows.find(({ workflow }) => workflow === INBOX)?.resolved;
  return isMap(own) ? (own as unknown as InboxPlan) : null;
}
