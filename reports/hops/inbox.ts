/**
 * From readings to an alarm that a platform of somebody else sends to an inbox. What it has is not
 * known, only what our observers saw come by and what came into the inbox: all by the run's clock.
 */
import { type INBOX_OPS, inboxOf, type LedgerEntry } from '#kernel';
import { defineHops, type HopsContext, type HopsFold } from '../hops.ts';
import type { Hop } from '../tracing/trace-book.ts';
import {
  type Alarm,
  alarmRef,
  alarmTitle,
  conditionOf,
  type Input,
  inTurn,
  readingsIn,
  sayValues,
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
  ops: ['inbox/reading', 'inbox/told'] satisfies (keyof typeof INBOX_OPS)[],
  start: (context) => new Inbox(context),
  asks: [],
  look: ({ plan }, sights) => ({
    ops: ['inbox/told'],
    step: (entry) => {
      const { rule, what, at } = entry as unknown as Message;
      if (what !== 'raised') return;
      const subject = plan.devices[entry.device]?.id ?? '?';
      const sight = { why: `alarm of ${rule}`, at: entry.t, tookUs: null };
      const ref = alarmRef(plan, entry.device, { rule, subject, at });
      sights.note(sight.why, -entry.t, ref, sight);
    },
    end: () => {},
  }),
});

class Inbox implements HopsFold {
  readonly #context: HopsContext;
  readonly #inputs = new Map<number, Input[]>();
  readonly #came = new Map<number, Message[]>();
  readonly #stream: number;

  constructor(context: HopsContext) {
    this.#context = context;
    this.#stream = readingsIn(context.plan);
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    if ((entry.op as string) === 'inbox/told') {
      const told = { ...(entry as unknown as Message), t: t / 1000 };
      return add(this.#came, device, told);
    }
    const { n, at, values } = entry as unknown as Input & { values: string };
    const message = this.#context.book.message(device, this.#stream, n);
    message.says = sayValues(values);
    add(this.#inputs, device, { n, at, received: t / 1000, message });
  }

  end(): void {
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

function add<T>(lists: Map<number, T[]>, device: number, one: T): void {
  const own = lists.get(device);
  if (own === undefined) lists.set(device, [one]);
  else own.push(one);
}
