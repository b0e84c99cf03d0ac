/**
 * What a plan says of an operator who looks after alarms: how soon a person reacts, what of it is
 * acknowledged, what is shelved, and when alarms count as a flood. And what the ledger says of it:
 * one table for those who write it and those who judge.
 */
import type { Plan } from '../plan/plan.ts';
import { isMap } from '../plugins/quantity.ts';

/** The workflow that lays it out. */
const ALARMS = 'alarms';

/** What an operator may do to an alarm. */
export const ALARM_ACTS = ['ack', 'shelve', 'unshelve'] as const;
export type AlarmAct = (typeof ALARM_ACTS)[number];

/** When a target is to say that there are too many of them. */
export interface AlarmBounds {
  /** More than so many told to the operator within so long are a flood. */
  floodMore: number;
  floodMs: number;
  /** One that comes or goes so often within so long chatters. */
  chatterTimes: number;
  chatterMs: number;
  /** None is shelved for longer. */
  shelveMostMs: number;
}

export interface AlarmPlan {
  /** How the names of its rules begin; empty for all. */
  of: string;
  /** From when on the operator looks after them. */
  at: number;
  /** How soon a person reacts. */
  leastMs: number;
  mostMs: number;
  /** How often the operator looks. */
  lookMs: number;
  /** Shares of what is heard, from 0 to 1. */
  acks: number;
  shelves: number;
  /** Of what was shelved: taken off the shelf before its time. */
  unshelves: number;
  /** Of what was acknowledged: acknowledged once more, whether it still stands or is over. */
  hasty: number;
  shelveMs: number;
  bounds: AlarmBounds;
}

export const ALARM_OPS = {
  /** What the operator asks, and again where nobody answered: the token is the same then. */
  'alarms/asked': {
    device: 'device',
    instance: 'count',
    what: 'text',
    number: 'count',
    forMs: 'count',
    token: 'text',
  },
  'alarms/answered': {
    device: 'device',
    instance: 'count',
    what: 'text',
    token: 'text',
    status: 'count',
  },
  /** The operator is told of a change of an alarm: the place of that telling in its history. */
  'alarms/heard': { device: 'device', instance: 'count', number: 'count', place: 'count' },
  /** At the end: an alarm that the target has, how it is, until when it is shelved; 0 for not. */
  'alarms/instance': {
    device: 'device',
    instance: 'count',
    rule: 'text',
    subject: 'text',
    state: 'text',
    number: 'count',
    until: 'count',
  },
  /** Its history, row by row; what does not belong to an event is 0 or empty. */
  'alarms/event': {
    device: 'device',
    instance: 'count',
    place: 'count',
    event: 'text',
    number: 'count',
    at: 'count',
    by: 'text',
    token: 'text',
    what: 'text',
    about: 'count',
    until: 'count',
    since: 'count',
    moment: 'count',
  },
  /** A stretch in which it came and went too often. */
  'alarms/chatter': { device: 'device', instance: 'count', from: 'count', to: 'count' },
  /** All alarms of a device were read. */
  'alarms/whole': { device: 'device' },
  /** A stretch with too many of them. */
  'alarms/flood': { device: 'device', from: 'count', to: 'count', told: 'count' },
  /** By which bounds the target has gone since the event of that place. */
  'alarms/bounds': {
    device: 'device',
    place: 'count',
    floodMore: 'count',
    floodMs: 'count',
    chatterTimes: 'count',
    chatterMs: 'count',
  },
  /**
   * What the clock of the target said, by which all times in its histories are; `asked` by the run,
   * milliseconds.
   */
  'alarms/clock': { device: 'device', asked: 'count', now: 'count' },
  /** All floods and bounds were read. */
  'alarms/counted': { device: 'device' },
} as const;

/** The first stands for all where several operators look after alarms. */
export const alarmsOf = ({ workflows = [] }: Plan): AlarmPlan[] =>
  workflows.flatMap(({ workflow, resolved }) =>
    workflow === ALARMS && isMap(resolved) ? [resolved as unknown as AlarmPlan] : [],
  );
