/**
 * From readings to an alarm that a platform of somebody else sends to an inbox. What it has is not
 * known, only what our observers saw come by and what came into the inbox: all by the run's clock.
 */
import { type INBOX_OPS, inboxOf, type LedgerEntry } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Hop } from '../tracing/trace-book.ts';
import {
  type Alarm,
  addInput,
  alarmRef,
  alarmTitle,
  conditionOf,
  type Input,
  inTurn,
  readingsIn,
} from './rules/alarms.ts';
import { byCondition } from './rules/condition.ts';

/** What a message in the inbox says, and when it came; milliseconds. */
interface Message {
  t: number;
  rule: string;
  what: string;
  since: number;
  at: number;
  isAgain: boolean;
}

/** An alarm, and all that came of it; `key`: by which moment it is called. */
interface Course extends Alarm {
  key: number;
  came: Message[];
}

export default defineHops({
  kind: 'inbox',
  summary: 'which readings led to an alarm, and when the inbox was told of it',
  ops: ['inbox/reading', 'inbox/told', 'inbox/posted'] satisfies (keyof typeof INBOX_OPS)[],
  start: (context) => new Inbox(context),
  asks: ['rules/fleet'],
  look: ({ plan, devices, of }, sights) => {
    const note = (device: number, t: number, { rule, what, at }: Message): void => {
      if (what !== 'raised') return;
      const subject = plan.devices[device]?.id ?? '?';
      const sight = { why: `alarm of ${rule}`, at: t, tookUs: null };
      sights.note(sight.why, -t, alarmRef(plan, device, { rule, subject, at }), sight);
    };
    return {
      ops: ['inbox/told'],
      step: (entry) => note(entry.device, entry.t, entry as unknown as Message),
      end: () => {
        const { inbox }: AtLarge = of('rules/fleet');
        for (const device of devices) {
          const posted = inbox.postedOf(plan.devices[device]?.id ?? '');
          for (const { t, fields } of posted) note(device, t, fields as unknown as Message);
        }
      },
    };
  },
});

/** What one shard was told for all others, by device. */
interface AtLarge {
  inbox: { postedOf(device: string): readonly { t: number; fields: object }[] };
}

class Inbox implements HopsFold {
  readonly #context: HopsContext;
  readonly #inputs = new Map<number, Input[]>();
  readonly #came = new Map<number, Message[]>();
  /** By the name of the device. */
  readonly #posted = new Map<string, Message[]>();
  readonly #stream: number;

  constructor(context: HopsContext) {
    this.#context = context;
    this.#stream = readingsIn(context.plan);
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const told = { ...(entry as unknown as Message & { subject: string }), t: t / 1000 };
    if ((entry.op as string) === 'inbox/told') return add(this.#came, device, told);
    if ((entry.op as string) === 'inbox/posted') return add(this.#posted, told.subject, told);
    const { n, at, values } = entry as unknown as Input & { values: string };
    const message = this.#context.book.message(device, this.#stream, n);
    const inputs = this.#inputs.get(device) ?? [];
    this.#inputs.set(device, inputs);
    addInput(inputs, { n, at, received: t / 1000, message }, values);
  }

  end(): void {
    // They may be of anybody, and told is of those alone whose readings are here.
    for (const device of this.#inputs.keys()) {
      for (const one of this.#posted.get(this.#idOf(device)) ?? []) add(this.#came, device, one);
    }
    for (const [device, came] of this.#came) {
      for (const course of coursesIn(came, this.#idOf(device))) this.#tell(device, course);
    }
  }

  #tell(device: number, course: Course): void {
    const { plan, book } = this.#context;
    const rule = inboxOf(plan)?.rules.find(({ name }) => name === course.rule);
    const ref = alarmRef(plan, device, { ...course, at: course.key });
    const thing = book.thing(ref, alarmTitle(course));
    if (rule !== undefined) thing.says = conditionOf(rule);
    const inputs = inTurn(this.#inputs.get(device) ?? []);
    const { roles, hops } = byCondition(course, rule, inputs, {});
    for (const { input, how } of roles) book.led(input.message, thing, how);
    for (const hop of hops) thing.hop(hop.as === 'cleared' ? overOf(hop, course) : hop);
    for (const message of course.came) thing.hop(hopOf(message));
  }

  #idOf(device: number): string {
    return this.#context.plan.devices[device]?.id ?? '?';
  }
}

/** The reading that ended it came then; the inbox was told later. */
const overOf = ({ t, what }: Hop, { rule }: Alarm): Hop => ({
  ...{ t, where: 'rule', who: `rule ${rule}`, as: 'over' },
  what: what.replace('clears it', 'is over'),
});

function hopOf({ t, what, isAgain }: Message): Hop {
  const place = { where: 'alarm', who: 'inbox', t: t * 1000 } as const;
  const again = isAgain ? ', again as it says' : '';
  return what === 'raised'
    ? { ...place, as: 'raised', what: `is told of the alarm${again}` }
    : { ...place, as: 'cleared', what: `is told that it is over${again}` };
}

/** No reading is of that moment. */
const NEVER = -1;

/** What says when an alarm was over says since when it was so; one may be cleared and no more. */
function coursesIn(came: readonly Message[], subject: string): Course[] {
  const courses: Course[] = [];
  for (const message of came) {
    const { rule, what, since, at } = message;
    const isOwn = (one: Course): boolean =>
      one.rule === rule && one.since === since && (what === 'cleared' || one.at === at);
    const known = courses.find(isOwn);
    if (known !== undefined) {
      known.came.push(message);
      if (what === 'cleared') known.cleared = at;
      continue;
    }
    const told = { rule, subject, since, key: at, came: [message], raised: message.t };
    courses.push(
      what === 'cleared' ? { ...told, at: NEVER, cleared: at } : { ...told, at, cleared: 0 },
    );
  }
  return courses;
}

function add<K, T>(lists: Map<K, T[]>, key: K, one: T): void {
  const own = lists.get(key);
  if (own === undefined) lists.set(key, [one]);
  else own.push(one);
}
