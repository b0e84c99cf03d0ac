/** What all who tell of alarms have in common: what one is called, and of which readings it is. */
import {
  dueAt,
  isMoreOf,
  type Plan,
  plannedCount,
  type RulePlan,
  readingIn,
  rulesOf,
  streamOf,
} from '#kernel';
import { messageRef, type Ref } from '../../tracing/ids.ts';
import type { Hop, Thing } from '../../tracing/trace-book.ts';
import { formatSpan } from '../../wording.ts';

export const ALARM = 'alarm';

/** Milliseconds, as the ledger has them. */
export interface Input {
  n: number;
  at: number;
  received: number;
  message: Thing;
  /** What it says; null for what cannot be read. */
  values: Record<string, number> | null;
}

/** 0 for what was not told. */
export interface Alarm {
  rule: string;
  /** The device that it is over, or the place. */
  subject: string;
  since: number;
  at: number;
  raised: number;
  cleared: number;
}

/** What a reading was to an alarm. */
export interface Role {
  input: Input;
  how: string;
}

export interface Told {
  roles: Role[];
  /** Without that of raising it. */
  hops: Hop[];
}

/** `device`: under which it is listed. */
export function alarmRef(
  { devices }: Plan,
  device: number,
  { rule, subject, at }: Pick<Alarm, 'rule' | 'subject' | 'at'>,
): Ref {
  const place = devices[device]?.id === subject ? {} : { place: subject };
  return { word: ALARM, name: rule, device, key: String(at), ...place };
}

export const alarmTitle = ({ rule, subject }: Pick<Alarm, 'rule' | 'subject'>): string =>
  `alarm ${rule} over ${subject}`;

/** Where a device is, by what the rule has together; null for one that it is not about. */
export function placeOf({ of, per }: RulePlan, { devices }: Plan, device: number): string | null {
  const { id, site, region } = devices[device] ?? { id: '', site: '', region: '' };
  if (of !== '' && !`${id}/`.startsWith(`${of}/`)) return null;
  return { device: id, site, region, fleet: 'fleet' }[per];
}

/** Whose readings an alarm of a place hangs on: all that are there. */
export function thoseIn(plan: Plan, rule: string | undefined, { device, place }: Ref): number[] {
  const own = rulesOf(plan).find(({ name }) => name === rule);
  if (own === undefined || own.per === 'device') return [];
  const there = place ?? placeOf(own, plan, device);
  return plan.devices.flatMap((_, one) => (placeOf(own, plan, one) === there ? [one] : []));
}

/** By whoever is called so: a device, or a place that a rule is over; null for neither. */
export function subjectRef(plan: Plan, rule: string, subject: string, at: number): Ref {
  const device = plan.devices.findIndex(({ id }) => id === subject);
  return alarmRef(plan, device, { rule, subject, at });
}

/** The reading that a device has to say of a moment; null where it has none, or another clock. */
export function readingRef(plan: Plan, subject: string, at: number): Ref | null {
  const device = plan.devices.findIndex(({ id }) => id === subject);
  const stream = streamOf(plan, readingsIn(plan));
  if (device < 0 || stream === undefined) return null;
  let [low, high] = [0, plannedCount(plan, stream, device)];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (Math.round(dueAt(plan, stream, device, middle) ?? at) < at) low = middle + 1;
    else high = middle;
  }
  const due = dueAt(plan, stream, device, low);
  return due !== null && Math.round(due) === at ? messageRef(stream.name, device, low) : null;
}

/** The code of the stream of which rules are. */
export const readingsIn = ({ streams }: Plan): number =>
  streams.find(({ name }) => name === 'telemetry')?.code ?? 0;

export function conditionOf({ when, forMs, silentMs }: RulePlan): string {
  if (silentMs > 0) return `nothing newer for ${formatSpan(silentMs)}`;
  return forMs === 0 ? when : `${when}, for ${formatSpan(forMs)}`;
}

/** In the order in which they came; one that came after a later one changed nothing. */
export function inTurn(inputs: readonly Input[]): Input[] {
  let last = -1;
  return [...inputs]
    .sort((a, b) => a.received - b.received || a.at - b.at)
    .filter(({ at }) => {
      if (at <= last) return false;
      last = at;
      return true;
    });
}

/** Adds what an entry says of a reading; false where it goes on with what the last one said. */
export function addInput(inputs: Input[], input: Omit<Input, 'values'>, text: string): boolean {
  const values = readingIn(text);
  const last = inputs.at(-1);
  const before = last?.n === input.n && last.at === input.at ? last.values : null;
  if (before !== null && values !== null && isMoreOf(before, values)) {
    input.message.says = sayValues(Object.assign(before, values));
    return false;
  }
  input.message.says = sayValues(values ?? {});
  inputs.push({ ...input, values });
  return true;
}

/** `temperature 4.7, door 0`. */
export const sayValues = (values: object): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
