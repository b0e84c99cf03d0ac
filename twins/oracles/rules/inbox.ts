/**
 * What a platform of somebody else should have sent to its inbox, by the readings that our
 * observers saw come by. It is told what they were told, and nothing else: wherever the two may
 * have been told differently, nobody can say what was due.
 */
import { dueAt, type InboxPlan, inboxOf, isOf, type LedgerEntry, type Plan } from '#kernel';
import { SLACK_MS } from '../slack.ts';
import { isBurst } from '../standing.ts';
import { overlaps, type Span, type Timeline } from '../timeline.ts';
import { type AlarmTold, addReading, type Fields, notLate, readingOf } from './known.ts';
import { type Expected, type Knowledge, type RuleStory, type Stray, storyOf } from './story.ts';
import type { Reading } from './terms.ts';

/** What concerns no device: told by one shard for all. */
export interface Strange {
  why: string;
  says: string;
  t: number;
}

/** Calls that were answered with this before anybody read them. */
export interface Refusal {
  status: number;
  times: number;
  /** The first of them: microseconds, and why. */
  t: number;
  why: string;
}

const NO_DEVICE = 'there is no such device';

/** The rules hold from before the first reading. */
const EVER = [{ version: 1, from: -1 }];
/** How far ahead of ours the clock of a device may be, before it matters how theirs goes. */
const AHEAD_MS = 10_000;

/** What was said of an alarm, when it came; microseconds. */
interface Posted {
  fields: Fields;
  t: number;
}

/** Of the whole fleet. */
export class InboxAtLarge {
  readonly #inbox: InboxPlan | null;
  readonly #ids: ReadonlySet<string>;
  readonly strange: Strange[] = [];
  readonly refusals: Refusal[] = [];
  /** By the name of the device, what was told by one shard for all. */
  readonly #posted = new Map<string, Posted[]>();
  /** How many of those are of a rule and a device that there are. */
  understood = 0;
  /** Why nothing can be said of anybody; null where it can. */
  deaf: string | null = null;

  constructor(plan: Plan) {
    this.#inbox = inboxOf(plan);
    this.#ids = new Set(plan.devices.map(({ id }) => id));
  }

  postedOf(device: string): readonly Posted[] {
    return this.#posted.get(device) ?? [];
  }

  step({ op, device, t, ...more }: LedgerEntry): void {
    if (device >= 0) return;
    const fields = more as unknown as Fields;
    const { why = NO_DEVICE, says } = fields;
    if ((op as string) === 'inbox/posted') return this.#post(fields, t);
    if ((op as string) === 'inbox/refused') {
      const { status, times, first } = more as unknown as Record<string, number>;
      const told = { status: Number(status), times: Number(times), t: Number(first) * 1000 };
      this.refusals.push({ ...told, why: String(why) });
    }
    if ((op as string) === 'inbox/deaf') this.deaf ??= String(why);
    if (!['inbox/strange', 'inbox/elsewhere'].includes(op)) return;
    // Who wrote it down knows its own devices alone.
    if (this.#ids.has(String(says))) return;
    this.strange.push({ why: String(why), says: String(says), t });
  }

  #post(fields: Fields, t: number): void {
    const [name, subject] = [String(fields.rule), String(fields.subject)];
    const rule = this.#inbox?.rules.find((one) => one.name === name);
    const strange = (why: string, says: string): void => void this.strange.push({ why, says, t });
    if (!this.#ids.has(subject)) return strange('there is no such device', subject);
    if (rule === undefined) return strange('there is no such rule', name);
    if (!isOf(rule.of, subject)) return strange(`${name} is not over that device`, subject);
    this.understood++;
    const own = this.#posted.get(subject);
    if (own === undefined) this.#posted.set(subject, [{ fields, t }]);
    else own.push({ fields, t });
  }
}

interface Told {
  alarms: Came[];
  /** As they came. */
  strays: Set<Stray>;
  /** Of both, those that name the same beginning. */
  bySince: Map<number, { alarms: Came[]; strays: Stray[] }>;
}

interface Came extends AlarmTold {
  t: number;
  clearedT: number;
  /** When it was said again that it is raised, after its end, and that it is over; microseconds. */
  risen: number[];
  fallen: number[];
}

interface Device {
  readings: Reading[];
  /** By rule. */
  told: Map<string, Told>;
  /** When it was last listened to, milliseconds; null where not all was heard. */
  heardAt: number | null;
  deaf: string | null;
  /** What another shard was told of it is among what was told. */
  hasPosted: boolean;
}

/** When a reading was first sent, microseconds; null where nobody knows. */
export type SentAt = (device: number, n: number) => number | null;

/** Of the devices of one lane. */
export class Inbox implements Knowledge {
  readonly #inbox: InboxPlan | null;
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #atLarge: InboxAtLarge;
  readonly #sentAt: SentAt;
  readonly #devices = new Map<number, Device>();
  /** The device that a story is told of. */
  #now = -1;

  constructor(plan: Plan, timeline: Timeline, atLarge: InboxAtLarge, sentAt: SentAt) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#atLarge = atLarge;
    this.#sentAt = sentAt;
    this.#inbox = inboxOf(plan);
  }

  step(entry: LedgerEntry): void {
    const { device, t } = entry;
    const fields = entry as unknown as Fields;
    const own = this.#of(device);
    switch (entry.op as string) {
      case 'inbox/reading':
        addReading(own.readings, readingOf(device, fields));
        break;
      case 'inbox/told':
        this.#tell(own, fields, t);
        break;
      case 'inbox/heard':
        own.heardAt = t / 1000;
        break;
      case 'inbox/deaf':
        own.deaf ??= String(fields.why);
        break;
    }
  }

  /** Of each rule that is over the device. */
  storiesOf(device: number): RuleStory[] {
    const { id = '' } = this.#plan.devices[device] ?? {};
    const rules = (this.#inbox?.rules ?? []).filter(({ of }) => isOf(of, id));
    if (rules.length === 0) return [];
    this.#now = device;
    this.#takePosted(device, id);
    const doubt = this.#doubtOf(device);
    return rules.map((rule) => {
      const told = this.#of(device).told.get(rule.name);
      const strays = [...(told?.strays ?? []), ...this.#risenIn(device, told?.alarms ?? [])];
      const asked = { rule, subject: id, devices: [device], began: EVER, heardFrom: -1 };
      const isOfDevice = (_: number, prefix: string): boolean => isOf(prefix, id);
      const story = storyOf({ ...asked, isOfDevice, strays, doubt }, this);
      const expected = story.expected.map((alarm) => this.#timed(device, alarm));
      return { ...story, expected };
    });
  }

  /**
   * What came to us late, since an observer was away or we stood still, was with the platform
   * sooner: not before it was sent, nor before that began.
   */
  #timed(device: number, alarm: Expected): Expected {
    const { at, due } = alarm;
    const reading = this.readings(device).find((one) => one.at === at && one.received === due);
    if (reading === undefined || at >= due) return alarm;
    const kept = this.#gapsOf(device).filter((gap) => gap.kept);
    const blind = [...kept, ...this.#timeline.stalls];
    const during = (from: number): Span[] =>
      blind.filter((one) => overlaps(one, { from, to: due * 1000 }));
    if (during(at * 1000).length === 0) return alarm;
    const sentAt = this.#sentAt(device, reading.n) ?? at * 1000;
    const from = Math.min(...during(sentAt).map((one) => one.from));
    const soonest = Math.max(sentAt, from) / 1000;
    return soonest < due ? { ...alarm, soonest } : alarm;
  }

  #gapsOf(device: number) {
    return this.#timeline.gapsOf(this.#plan.devices[device]?.lane ?? -1);
  }

  // --- what a story asks ------------------------------------------------------------------------

  askedAt([device = -1]: readonly number[]): number {
    return this.#of(device).heardAt ?? Number.POSITIVE_INFINITY;
  }

  told(rule: string): AlarmTold[] {
    const { alarms = [] } = this.#of(this.#now).told.get(rule) ?? {};
    return alarms.map(({ t: _, clearedT, risen: _risen, fallen: _fallen, ...alarm }) =>
      alarm.cleared === null ? alarm : { ...alarm, clearTold: clearedT / 1000 },
    );
  }

  missed(): number {
    return 0;
  }

  /** It is told of each alarm as it comes, and asked for no list. */
  isListed(): boolean {
    return true;
  }

  isWhole(device: number): boolean {
    return this.#of(device).heardAt !== null;
  }

  readings(device: number): Reading[] {
    return this.#of(device).readings;
  }

  inTurn(device: number): { readings: Reading[]; late: number; ahead: number } {
    const came = this.readings(device);
    const readings = notLate(came);
    return { readings, late: came.length - readings.length, ahead: 0 };
  }

  /** All of it is known by now, and none of it came by the device's own shard besides. */
  #takePosted(device: number, id: string): void {
    const own = this.#of(device);
    if (own.hasPosted) return;
    own.hasPosted = true;
    for (const { fields, t } of this.#atLarge.postedOf(id)) this.#tell(own, fields, t);
  }

  // --- what is said of alarms -------------------------------------------------------------------

  #tell(own: Device, { rule, what, since, at, isAgain }: Fields, t: number): void {
    const told: Told = own.told.get(String(rule)) ?? {
      ...{ alarms: [], strays: new Set(), bySince: new Map() },
    };
    own.told.set(String(rule), told);
    const times = { since: Number(since), at: Number(at) };
    const same = told.bySince.get(times.since) ?? { alarms: [], strays: [] };
    told.bySince.set(times.since, same);
    /** It may be the same message once more. */
    const mayBe = (before: number): boolean => Boolean(isAgain) || this.#wasDown(before, t);
    if (what === 'raised') {
      const before = same.alarms.find((alarm) => alarm.at === times.at && mayBe(alarm.t));
      if (before !== undefined) {
        if (!isAgain && before.cleared !== null) before.risen.push(t);
        return;
      }
      const bare = { ...times, raised: t / 1000, cleared: null, t, clearedT: t };
      const alarm = { ...bare, risen: [], fallen: [], ...tooEarly(told.strays, same.strays) };
      told.alarms.push(alarm);
      same.alarms.push(alarm);
      return;
    }
    const stands = same.alarms.find(({ cleared }) => cleared === null);
    if (stands !== undefined) {
      Object.assign(stands, { cleared: times.at, clearedT: t });
      return;
    }
    const over = same.alarms.find((one) => one.cleared === times.at && mayBe(one.clearedT));
    if (over !== undefined) return void over.fallen.push(t);
    if (same.strays.some((one) => one.at === times.at && mayBe(one.told * 1000))) return;
    const why = same.alarms.length === 0 ? UNRAISED : 'is cleared once more';
    const stray = { ...times, told: t / 1000, what: why };
    told.strays.add(stray);
    same.strays.push(stray);
  }

  /** Whoever has no answer since the broker is gone sends the same again when it is back. */
  #wasDown(from: number, to: number): boolean {
    return this.#timeline.downs.some((down) => down.from < to && down.to > from);
  }

  /**
   * Who was down and says again that an alarm is raised, though it had said that it is over, says
   * that again as well: what was said in one order is said again in that. Else it stands for good.
   */
  #risenIn(device: number, alarms: readonly Came[]): Stray[] {
    const heardT = (this.#of(device).heardAt ?? 0) * 1000 - SLACK_MS * 1000;
    const isCut = (t: number): boolean =>
      t > heardT || this.#timeline.downs.some(({ from, to }) => from >= t && to > heardT);
    return alarms.flatMap(({ since, at, risen, fallen }) =>
      risen
        .filter((t) => !isCut(t) && !fallen.some((one) => one > t || !this.#wasDown(one, t)))
        .map((t) => ({ since, at, told: t / 1000, what: RISEN, isRaised: true })),
    );
  }

  // --- what nobody can say ----------------------------------------------------------------------

  #doubtOf(device: number): string | null {
    const { deaf, heardAt, readings } = this.#of(device);
    const untold = this.#atLarge.deaf ?? deaf;
    if (untold !== null) return `of the inbox not all was heard: ${untold}`;
    if (heardAt === null) return 'the inbox was not heard to the end';
    const { guarantees } = this.#plan.target;
    if (readings.length > 0 && !guarantees.ordered) {
      return 'the target may hand on what a device says in another order';
    }
    const span = { from: this.#beganAt(device), to: heardAt * 1000 };
    const mayLose = !guarantees.durableSessions || guarantees.acknowledgesEarly;
    if (mayLose && this.#timeline.downs.some((down) => overlaps(down, span))) {
      return 'the target was killed, and may have handed a reading to us and not to the platform';
    }
    const missed = this.#missedIn(device, span);
    if (missed !== null) return missed;
    const { entry = -1 } = this.#plan.devices[device] ?? {};
    if (this.#plan.entries[entry]?.qos === 0) {
      return 'at QoS 0 a reading may have come to us and not to the platform';
    }
    return readings.some(({ at, received }) => at > received + AHEAD_MS)
      ? 'its clock was ahead, and what becomes of that the platform may say'
      : null;
  }

  /**
   * The platform goes by its rules from the first reading on, whether or not we saw that. Before we
   * listened at all nobody had sent one.
   */
  #beganAt(device: number): number {
    const [gap] = this.#gapsOf(device);
    const listened = gap?.from === 0 ? gap.to : 0;
    // Whoever never listened can say nothing of anything.
    if (listened === Number.POSITIVE_INFINITY) return 0;
    const plan = this.#plan;
    const stream = plan.streams.find(({ name }) => name === 'telemetry');
    const due = stream === undefined ? null : dueAt(plan, stream, device, 0);
    return Math.max(listened, (due ?? 0) * 1000);
  }

  /** Why we may not have seen all that came in that time; null where we have. */
  #missedIn(device: number, span: Span): string | null {
    const { backlogSafe } = this.#plan.observers;
    const away = this.#gapsOf(device).filter((gap) => overlaps(gap, span));
    if (away.some(({ kept }) => !kept)) {
      return 'our observers were away, and may have missed a reading';
    }
    if (backlogSafe) return null;
    if (away.length > 0) return 'our observers were away for more than the target may queue';
    return isBurst(this.#timeline, span)
      ? 'more may have come at once than the target queues for our observers'
      : null;
  }

  #of(device: number): Device {
    let own = this.#devices.get(device);
    if (own === undefined) {
      own = { readings: [], told: new Map(), heardAt: null, deaf: null, hasPosted: false };
      this.#devices.set(device, own);
    }
    return own;
  }
}

const UNRAISED = 'is cleared, and was not raised';
const RISEN = 'is raised once more when it is over';

/** Of an alarm that is raised only now, what was said of its end already: it is no stray then. */
function tooEarly(all: Set<Stray>, own: Stray[]): { cleared?: number; clearedT?: number } {
  const place = own.findIndex(({ what }) => what === UNRAISED);
  const [early] = place < 0 ? [] : own.splice(place, 1);
  if (early === undefined) return {};
  all.delete(early);
  return { cleared: early.at, clearedT: early.told * 1000 };
}
