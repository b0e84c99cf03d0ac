/**
 * From readings to an alarm: which reading began it, which kept it so, which made it due and which
 * ended it; when the target had them, raised the alarm and cleared it. What a target has and when
 * it came is read back at the end, so those instants are the target's own.
 */
import { type LedgerEntry, type Plan, type RULE_OPS, type RulePlan, rulesOf } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Ref } from '../tracing/ids.ts';
import type { Thing } from '../tracing/trace-book.ts';
import { formatSpan } from '../wording.ts';

/** Milliseconds, as the ledger has them. */
interface Input {
  n: number;
  at: number;
  received: number;
  message: Thing;
}

interface Alarm {
  rule: string;
  /** The device that it is over, or the place. */
  subject: string;
  since: number;
  at: number;
  raised: number;
  cleared: number;
}

const WORD = 'alarm';

export default defineHops({
  kind: 'rules',
  summary: 'which readings led to an alarm, and when it was raised and cleared',
  ops: ['rules/input', 'rules/alarm'] satisfies (keyof typeof RULE_OPS)[],
  names: { [WORD]: 'alarm:RULE@DEVICE@MS' },
  rare: [WORD],
  start: (context) => new Readings(context),
  asks: [],
  look: (_, sights) => ({
    ops: ['rules/alarm'],
    step: (entry) => {
      const { rule, at, raised } = entry as unknown as Alarm;
      // The first to be raised stand out: what follows is mostly more of the same.
      const sight = { why: `alarm of ${rule}`, at: at * 1000, tookUs: null };
      sights.note(sight.why, -raised, alarmRef(entry.device, rule, at), sight);
    },
    end: () => {},
  }),
  beside: ({ word, name, device }, plan) => {
    const rule = rulesOf(plan).find((one) => one.name === name);
    if (word !== WORD || rule === undefined || rule.per === 'device') return [];
    const place = placeOf(rule, plan, device);
    return plan.devices.flatMap((_, one) => (placeOf(rule, plan, one) === place ? [one] : []));
  },
  about: ({ message, at }, plan) => {
    const [, rule, id] = /^the alarm of (\S+) over (\S+) /.exec(message) ?? [];
    const device = plan.devices.findIndex((one) => one.id === id);
    return rule === undefined || device < 0 ? null : alarmRef(device, rule, at);
  },
});

const alarmRef = (device: number, name: string, at: number): Ref => ({
  word: WORD,
  name,
  device,
  key: String(at),
});

/** Where a device is, by what the rule has together; null for one that it is not about. */
function placeOf({ of, per }: RulePlan, { devices }: Plan, device: number): string | null {
  const { id, site, region } = devices[device] ?? { id: '', site: '', region: '' };
  if (of !== '' && !`${id}/`.startsWith(`${of}/`)) return null;
  return { device: id, site, region, fleet: 'fleet' }[per];
}

class Readings implements HopsFold {
  readonly #context: HopsContext;
  readonly #inputs = new Map<number, Input[]>();
  readonly #alarms: { device: number; alarm: Alarm }[] = [];
  readonly #stream: number;

  constructor(context: HopsContext) {
    this.#context = context;
    this.#stream = context.plan.streams.find(({ name }) => name === 'telemetry')?.code ?? 0;
  }

  step(entry: LedgerEntry): void {
    const { device } = entry;
    if ((entry.op as string) === 'rules/alarm') {
      this.#alarms.push({ device, alarm: entry as unknown as Alarm });
      return;
    }
    const { n, at, received, values } = entry as unknown as Input & { values: string };
    const message = this.#context.book.message(device, this.#stream, n);
    message.says = sayValues(values);
    const t = received * 1000;
    const [sent, acked] = ['sent', 'acked'].map((as) => message.hops.find((one) => one.as === as));
    if (sent !== undefined && acked !== undefined)
      this.#context.book.targetClock.saw(t, sent.t, acked.t);
    const place = { where: 'store', who: 'target', isToldByTarget: true } as const;
    message.hop({ t, ...place, as: 'taken in', what: 'takes it into its store' });
    const inputs = this.#inputs.get(device) ?? [];
    inputs.push({ n, at, received, message });
    this.#inputs.set(device, inputs);
  }

  end(): void {
    for (const { device, alarm } of this.#alarms) {
      this.#tell(device, alarm, this.#inputsOf(device, alarm));
    }
  }

  /** Of its device in turn; of a place, of all that are in it. */
  #inputsOf(device: number, { rule, subject }: Alarm): Input[] {
    const { plan } = this.#context;
    const known = rulesOf(plan).find(({ name }) => name === rule);
    if (known === undefined || known.per === 'device') {
      const own = this.#inputs.get(device) ?? [];
      return known?.window == null ? inTurn(own) : own;
    }
    return [...this.#inputs].flatMap(([one, inputs]) =>
      placeOf(known, plan, one) === subject ? inputs : [],
    );
  }

  #thingOf(device: number, { rule, at, subject }: Alarm): Thing {
    return this.#context.book.thing(alarmRef(device, rule, at), `alarm ${rule} over ${subject}`);
  }

  /** Alarms of other rules of which this one's condition speaks. */
  #othersOf(device: number, alarm: Alarm, rule: RulePlan | undefined): Thing[] {
    if (rule === undefined || !rule.terms.some(({ does }) => does === 'alarm')) return [];
    const own = this.#alarms.filter((one) => one.device === device).map((one) => one.alarm);
    return spokenOf(rule, alarm, own).map((one) => this.#thingOf(device, one));
  }

  #tell(device: number, alarm: Alarm, inputs: readonly Input[]): void {
    const { plan, book } = this.#context;
    const { rule, since, at, raised, cleared } = alarm;
    const known = rulesOf(plan).find(({ name }) => name === rule);
    const thing = this.#thingOf(device, alarm);
    if (known !== undefined) thing.says = conditionOf(known);
    for (const input of inputs) {
      const how = roleOf(input, alarm, known);
      if (how !== null) book.led(input.message, thing, how);
    }
    for (const other of this.#othersOf(device, alarm, known)) book.led(other, thing, 'stood by it');
    const place = { where: 'rule', who: `rule ${rule}`, isToldByTarget: true } as const;
    const [first, due, over] = [since, at, cleared].map((ms) =>
      inputs.find((one) => one.at === ms),
    );
    // Raised twice, it was due once.
    const isTold = thing.isKnown;
    if (first !== undefined && first !== due && !isTold) {
      const what = `is so since reading ${first.n}`;
      thing.hop({ t: first.received * 1000, ...place, as: 'so', what });
    }
    if (due !== undefined && !isTold) {
      const lasted = at === since ? 'is so' : `has been so for ${formatSpan(at - since)}`;
      const what = `${lasted}, with reading ${due.n}`;
      thing.hop({ t: due.received * 1000, ...place, as: 'due', what });
    }
    const raises = { ...place, where: 'alarm', who: 'target' } as const;
    thing.hop({ t: raised * 1000, ...raises, as: 'raised', what: 'raises the alarm' });
    if (over === undefined) return;
    const what = `clears it, by reading ${over.n}`;
    thing.hop({ t: over.received * 1000, ...raises, as: 'cleared', what });
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

function conditionOf({ when, forMs, silentMs }: RulePlan): string {
  if (silentMs > 0) return `nothing newer for ${formatSpan(silentMs)}`;
  return forMs === 0 ? when : `${when}, for ${formatSpan(forMs)}`;
}

/** What a reading was to an alarm; null for nothing. */
function roleOf(input: Input, alarm: Alarm, rule: RulePlan | undefined): string | null {
  const { at, received } = input;
  if (rule !== undefined && rule.silentMs > 0) {
    if (received === alarm.since) return 'was the last before it';
    return alarm.cleared > 0 && received === alarm.cleared ? 'ended it' : null;
  }
  if (rule?.window != null) {
    return at >= alarm.since && at < alarm.at ? 'was in a window of it' : null;
  }
  const back = (rule?.terms ?? []).filter(({ does }) => does !== 'alarm');
  const reach = Math.max(0, ...back.map(({ overMs }) => overMs));
  if (at < alarm.since && at > alarm.since - reach) return 'was looked back to';
  if (at === alarm.at) return 'made it due';
  if (at === alarm.since) return 'began it';
  if (at > alarm.since && at < alarm.at) return 'kept it so';
  return alarm.cleared > 0 && at === alarm.cleared ? 'ended it' : null;
}

/** In the order in which they came; one that came after a later one changed nothing. */
function inTurn(inputs: readonly Input[]): Input[] {
  let last = -1;
  return [...inputs]
    .sort((a, b) => a.received - b.received || a.at - b.at)
    .filter(({ at }) => {
      if (at <= last) return false;
      last = at;
      return true;
    });
}

/** `temperature 4.7, door 0`; nothing for what cannot be read. */
function sayValues(text: string): string {
  try {
    const values = JSON.parse(text) as Readonly<Record<string, number>>;
    return Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join(', ');
  } catch {
    return '';
  }
}
