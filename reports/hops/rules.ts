/**
 * From readings to an alarm: which readings led to it; when the target had them, raised the alarm
 * and cleared it. What a target has and when it came is read back at the end, so those instants are
 * the target's own.
 */
import { type LedgerEntry, type RULE_OPS, type RulePlan, rulesOf } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Hop, Thing } from '../tracing/trace-book.ts';
import {
  ALARM,
  type Alarm,
  addInput,
  alarmRef,
  alarmTitle,
  conditionOf,
  type Input,
  inTurn,
  placeOf,
  readingRef,
  readingsIn,
  subjectRef,
  type Told,
  thoseIn,
} from './rules/alarms.ts';
import { byCondition } from './rules/condition.ts';
import { bySilence } from './rules/silence.ts';
import { byWindows } from './rules/windows.ts';

export default defineHops({
  kind: 'rules',
  summary: 'which readings led to an alarm, and when it was raised and cleared',
  ops: ['rules/input', 'rules/alarm'] satisfies (keyof typeof RULE_OPS)[],
  names: { [ALARM]: 'alarm:RULE@DEVICE@MS' },
  rare: [ALARM],
  start: (context) => new Readings(context),
  asks: [],
  look: ({ plan }, sights) => ({
    ops: ['rules/alarm'],
    step: (entry) => {
      const alarm = entry as unknown as Alarm;
      const { rule, at, raised } = alarm;
      // The first to be raised stand out: what follows is mostly more of the same.
      const sight = { why: `alarm of ${rule}`, at: at * 1000, tookUs: null };
      sights.note(sight.why, -raised, alarmRef(plan, entry.device, alarm), sight);
    },
    end: () => {},
  }),
  beside: (ref, plan) => (ref.word === ALARM ? thoseIn(plan, ref.name, ref) : []),
  about: ({ message, witness }, plan) => {
    const [, rule, subject] = /^the alarm of (\S+) over (\S+) /.exec(message) ?? [];
    const moment = witness.find(({ what }) => what.startsWith('the moment that makes it due'));
    if (rule === undefined || subject === undefined || moment === undefined) return null;
    // One that is missed leaves the reading that should have made it due.
    const reading = readingRef(plan, subject, moment.t);
    return [subjectRef(plan, rule, subject, moment.t), ...(reading === null ? [] : [reading])];
  },
});

class Readings implements HopsFold {
  readonly #context: HopsContext;
  readonly #inputs = new Map<number, Input[]>();
  readonly #alarms: { device: number; alarm: Alarm }[] = [];
  readonly #stream: number;

  constructor(context: HopsContext) {
    this.#context = context;
    this.#stream = readingsIn(context.plan);
  }

  step(entry: LedgerEntry): void {
    const { device } = entry;
    if ((entry.op as string) === 'rules/alarm') {
      this.#alarms.push({ device, alarm: entry as unknown as Alarm });
      return;
    }
    const { n, at, received, values } = entry as unknown as Input & { values: string };
    const message = this.#context.book.message(device, this.#stream, n);
    const inputs = this.#inputs.get(device) ?? [];
    this.#inputs.set(device, inputs);
    if (!addInput(inputs, { n, at, received, message }, values)) return;
    const t = received * 1000;
    const [sent, acked] = ['sent', 'acked'].map((as) => message.hops.find((one) => one.as === as));
    if (sent !== undefined && acked !== undefined)
      this.#context.book.targetClock.saw(t, sent.t, acked.t);
    const place = { where: 'store', who: 'target', isToldByTarget: true } as const;
    message.hop({ t, ...place, as: 'taken in', what: 'takes it into its store' });
  }

  end(): void {
    for (const { device, alarm } of this.#alarms) this.#tell(device, alarm);
  }

  #tell(device: number, alarm: Alarm): void {
    const { plan, book } = this.#context;
    const rule = rulesOf(plan).find(({ name }) => name === alarm.rule);
    const thing = book.thing(alarmRef(plan, device, alarm), alarmTitle(alarm));
    if (rule !== undefined) thing.says = conditionOf(rule);
    const { roles, hops } = toldBy(alarm, rule, this.#inputsOf(device, alarm, rule));
    for (const { input, how } of roles) book.led(input.message, thing, how);
    for (const other of this.#othersOf(device, alarm, rule)) book.led(other, thing, 'stood by it');
    const raises = { where: 'alarm', who: 'target', isToldByTarget: true } as const;
    const raised: Hop = {
      ...raises,
      t: alarm.raised * 1000,
      as: 'raised',
      what: 'raises the alarm',
    };
    // Raised twice, it was due once.
    const known = new Set(thing.hops.map(({ as }) => as));
    for (const hop of hops.filter(({ as }) => as !== 'cleared' && !known.has(as))) thing.hop(hop);
    thing.hop(raised);
    for (const hop of hops.filter(({ as }) => as === 'cleared')) thing.hop(hop);
  }

  /** Of its device in turn; of a place, of all that are in it. */
  #inputsOf(device: number, { subject }: Alarm, rule: RulePlan | undefined): Input[] {
    const { plan } = this.#context;
    if (rule === undefined || rule.per === 'device') {
      const own = this.#inputs.get(device) ?? [];
      return rule?.window == null ? inTurn(own) : own;
    }
    return [...this.#inputs].flatMap(([one, inputs]) =>
      placeOf(rule, plan, one) === subject ? inputs : [],
    );
  }

  /** Alarms of other rules of which this one's condition speaks. */
  #othersOf(device: number, alarm: Alarm, rule: RulePlan | undefined): Thing[] {
    const { plan, book } = this.#context;
    if (rule === undefined || !rule.terms.some(({ does }) => does === 'alarm')) return [];
    const own = this.#alarms.filter((one) => one.device === device).map((one) => one.alarm);
    return spokenOf(rule, alarm, own).map((one) =>
      book.thing(alarmRef(plan, device, one), alarmTitle(one)),
    );
  }
}

/** Those of a rule whose alarms of a device it asks about, as they were at its moment. */
function spokenOf({ terms }: RulePlan, of: Alarm, all: readonly Alarm[]): Alarm[] {
  return terms.flatMap(({ does, what: [rule], overMs }) =>
    does !== 'alarm'
      ? []
      : all.filter(({ at, cleared, ...one }) => {
          if (one.rule !== rule || one.subject !== of.subject || at > of.at) return false;
          return overMs > 0 ? of.at - at < overMs : cleared === 0 || cleared > of.at;
        }),
  );
}

function toldBy(alarm: Alarm, rule: RulePlan | undefined, inputs: readonly Input[]): Told {
  if (rule !== undefined && rule.silentMs > 0) return bySilence(alarm, inputs);
  if (rule?.window != null) return byWindows(alarm, rule, rule.window, inputs);
  return byCondition(alarm, rule, inputs, { isToldByTarget: true });
}
