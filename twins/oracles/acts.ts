/**
 * What should have followed from alarms: of each alarm that the target tells of, one decision of
 * each act, whose cause is told again from the readings, and whose guards from all decisions of the
 * run. And what became of each command in its device. Guards know of the whole fleet, the rest is
 * told by lane.
 */
import {
  type ActPlan,
  actsOf,
  isMoreOf,
  type LedgerEntry,
  type Plan,
  readingIn,
  rulesOf,
  versionsOf,
} from '#kernel';
import { type Amiss, causeAmiss, type Reading } from './acts/causes.ts';
import { ActBook, type Decision } from './acts/decisions.ts';
import { type Judged, judgeGuards } from './acts/guards.ts';
import { tookLong } from './acts/lateness.ts';
import { couldSend, isDirect, mustCome, reachable } from './acts/reach.ts';
import { Repeats } from './acts/repeats.ts';
import { type Hindered, hinderedIn } from './hindrances.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import type { FleetRules, RulesOracle } from './rules.ts';
import { SLACK_MS } from './slack.ts';
import { inRun, latest, soonest } from './target-clock.ts';

declare module './oracle.ts' {
  interface Oracles {
    acts: ActsOracle;
  }
}

export default defineOracle({
  kind: 'acts',
  summary: 'what should have followed from alarms, and what became of commands',
  scope: 'lane',
  ops: [
    ...(['acts/sent', 'acts/outcome', 'acts/heard', 'acts/effect'] as const),
    ...(['rules/input', 'rules/heard', 'rules/whole'] as const),
  ],
  fleet: {
    ops: [
      ...(['acts/asked', 'acts/answered', 'acts/began', 'acts/told', 'acts/took'] as const),
      ...(['acts/decided', 'acts/whole'] as const),
      'rules/began',
    ],
    start: ({ plan }) => new ActBook(plan),
  },
  start: (context) => new ActsOracle(context),
});

/** A moment of an alarm from which something follows. */
export interface DueAct {
  act: ActPlan;
  subject: string;
  at: number;
  told: Decision[];
  /** Nobody can say whether it was due: it came as the act began, or as the target was asked. */
  isOpen: boolean;
  /** Nobody can say when it was: what should have become of the rule is not known. */
  isUntold: boolean;
  /** So much later than it may be it was decided, milliseconds; 0 where it was in time. */
  lateMs: number;
}

/** What follows from the alarms of one rule over one device or place. */
export interface ActStory {
  act: ActPlan;
  subject: string;
  /** Null where the target does not say since when it does it. */
  from: number | null;
  due: DueAct[];
  /** Decisions of which no alarm is told. */
  besides: Decision[];
}

/** All of one key, in its device. */
export interface CommandStory {
  key: string;
  decision: Decision | null;
  act: ActPlan | null;
  /** Times of the run, microseconds. */
  heard: number[];
  effects: Effect[];
  /** As the target has it; null for no answer. */
  outcome: boolean | null;
  /** It happened when the target may have been asked already. */
  isOpen: boolean;
  /** It never came, and must have: the target does not say that it went down, or says so. */
  missed: 'unsent' | 'lost' | null;
  /** It went down too often, or too soon again; null where it did not. */
  repeated: string | null;
}

export interface Effect {
  t: number;
  name: string;
  value: string;
  done: boolean;
}

interface Device {
  readings: Map<number, Reading[]>;
  isRead: boolean;
  /** Of its alarms, when the target was asked; milliseconds. */
  askedAt: number;
  heard: Map<string, number[]>;
  effects: Map<string, Effect[]>;
  outcomes: Map<string, boolean>;
  /** By the target, milliseconds: when it went down. */
  sent: Map<string, number[]>;
  repeats: Repeats;
}

type RuleStories = ReturnType<RulesOracle['of']>;
type Fields = Readonly<Record<string, number | string | boolean>>;

export class ActsOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #around: Parameters<typeof reachable>[0];
  #hinderedOnce: Hindered | null = null;
  readonly #book: ActBook;
  readonly #rules: RulesOracle;
  readonly #fleetRules: FleetRules;
  readonly #devices = new Map<number, Device>();
  /** Of the device that was asked about last: they take a walk through all of its readings. */
  #last: { device: number; stories: RuleStories } | null = null;

  constructor({ plan, timeline, of }: OracleContext) {
    this.#plan = plan;
    this.#around = { plan, timeline, connections: of('connections') };
    this.#book = of<ActBook>('acts/fleet');
    this.#rules = of('rules');
    this.#fleetRules = of<FleetRules>('rules/fleet');
  }

  step(entry: LedgerEntry): void {
    const { t, device } = entry;
    const fields = entry as unknown as Fields;
    const known = this.#of(device);
    const key = String(fields.key);
    switch (entry.op as string) {
      case 'rules/heard':
        known.askedAt = t / 1000;
        break;
      case 'rules/whole':
        known.isRead = true;
        break;
      case 'rules/input':
        addReading(known.readings, Number(fields.at), fields);
        break;
      case 'acts/sent':
        addTo(known.sent, key, Number(fields.sent));
        known.repeats.sent(key, Number(fields.n), Number(fields.sent));
        break;
      case 'acts/outcome':
        known.outcomes.set(key, Boolean(fields.done));
        break;
      case 'acts/heard':
        addTo(known.heard, key, t);
        known.repeats.heard(key, Number(fields.n));
        break;
      case 'acts/effect':
        addTo(known.effects, key, effectOf(t, fields));
        break;
    }
  }

  /** All decisions of the fleet were read, without which no guard can be told. */
  get isWhole(): boolean {
    return this.#book.isWhole;
  }

  /** When it was decided by the clock of the run, milliseconds. */
  timeOf({ decided }: Pick<Decision, 'decided'>): number {
    return inRun(decided, this.#book.clock.ahead);
  }

  decisionsOf(device: number): readonly Decision[] {
    return this.#book.listedUnder(device);
  }

  /** Of each act whose rule is over the device, or over a place that it is the first of. */
  storiesOf(device: number): ActStory[] {
    const stories = this.#rulesOver(device);
    return stories.flatMap((story) =>
      actsOf(this.#plan)
        .filter(({ rule }) => rule === story.rule.name)
        .map((act) => this.#storyOf(act, story, device)),
    );
  }

  /** Decisions listed under it that no act of the plan could have made. */
  strayOf(device: number): Decision[] {
    const stories = this.storiesOf(device);
    const { id, region, site } = this.#plan.devices[device] ?? { id: '', region: '', site: '' };
    const own = new Set(stories.map(({ act, subject }) => `${act.name} ${subject}`));
    const places = [id, region, site, 'fleet'];
    return this.decisionsOf(device).filter(({ act: name, rule, subject }) => {
      const act = this.actNamed(name);
      const isKnown = act?.rule === rule && places.includes(subject);
      return !isKnown || (subject === id && !own.has(`${name} ${subject}`));
    });
  }

  /** Another that was done before under its key; null where it has one of its own. */
  sharing(decision: Decision): Decision | null {
    return this.#book.sharing(decision);
  }

  doesOf(name: string): ActPlan['does'] | Record<string, never> {
    return this.actNamed(name)?.does ?? {};
  }

  /** A campaign may be over; a device, its twin and somebody outside have nothing to refuse. */
  mayBeRefused(name: string): boolean {
    return 'pause' in this.doesOf(name);
  }

  actNamed(name: string): ActPlan | null {
    return actsOf(this.#plan).find((act) => act.name === name) ?? null;
  }

  /** What of the reason that it gives is not so. */
  causeAmiss(decision: Decision): Amiss {
    const act = this.actNamed(decision.act);
    const rule = rulesOf(this.#plan).find(({ name }) => name === decision.rule);
    // Such a one is a stray.
    if (act === null || rule === undefined) return { amiss: null, doubt: null };
    const known = this.#of(decision.device);
    const version = versionsOf(rule)[decision.version - 1];
    const began = this.#book.versionsOf(rule.name);
    const readings = known.readings.get(decision.at) ?? [];
    const last = latest(decision.decided, this.#book.clock.ahead);
    const isLater = (from: number): boolean => soonest(from, this.#fleetRules.clock.ahead) > last;
    const { isRead } = known;
    return causeAmiss(decision, { act, rule, version, began, readings, isRead, isLater });
  }

  /** What of its guards was so when it was decided. */
  guardsOn(decision: Decision): Judged | null {
    const act = this.actNamed(decision.act);
    return act === null ? null : judgeGuards(act, decision, this.#book, actsOf(this.#plan));
  }

  commandsOf(device: number): CommandStory[] {
    const known = this.#of(device);
    const decisions = new Map(this.decisionsOf(device).map((one) => [one.key, one]));
    const commands = [...decisions.values()].filter(({ act, done }) => {
      const does = this.actNamed(act)?.does;
      return done && does !== undefined && 'command' in does;
    });
    const keys = new Set([
      ...commands.map(({ key }) => key),
      ...[...known.heard.keys(), ...known.effects.keys(), ...known.outcomes.keys()],
    ]);
    const late = (this.#book.askedAt(device) - SLACK_MS) * 1000;
    const missed = this.#missedOf(device, commands);
    return [...keys].map((key) => {
      const decision = decisions.get(key) ?? null;
      const [heard, effects] = [known.heard.get(key) ?? [], known.effects.get(key) ?? []];
      const act = decision === null ? null : this.actNamed(decision.act);
      const outcome = known.outcomes.get(key) ?? null;
      const isOpen = heard.length > 0 && heard.every((t) => t > late);
      const isThere = heard.length + effects.length > 0 || outcome !== null;
      const way = isThere ? null : (missed.get(key) ?? null);
      const repeated = known.repeats.amissOf(key, device);
      return { key, decision, act, heard, effects, outcome, isOpen, missed: way, repeated };
    });
  }

  /** Of commands that were decided: those that must have come, if they did not. */
  #missedOf(device: number, commands: readonly Decision[]): Map<string, 'unsent' | 'lost'> {
    const spans = reachable(this.#around, device);
    const comesAtOnce = isDirect(this.#plan, device);
    const { ahead } = this.#book.clock;
    const askedAt = (this.#book.askedAt(device) - SLACK_MS) * 1000;
    const missed = new Map<string, 'unsent' | 'lost'>();
    // Of whom not all was read nobody knows what went down.
    if (!Number.isFinite(askedAt)) return missed;
    const nameOf = ({ act }: Decision): string => {
      const does = this.actNamed(act)?.does;
      return does !== undefined && 'command' in does ? does.command.name : '';
    };
    for (const one of commands) {
      const next = commands.find(
        (other) => other.place > one.place && nameOf(other) === nameOf(one),
      );
      // What is overtaken need not come any more.
      const over = next === undefined ? askedAt : soonest(next.decided, ahead) * 1000;
      const until = Math.min(askedAt, over);
      const sent = this.#of(device).sent.get(one.key) ?? [];
      const sentIn = sent.map((at) => ({
        ...{ from: soonest(at, ahead) * 1000, to: latest(at, ahead) * 1000 },
      }));
      const owed = { from: latest(one.decided, ahead) * 1000, to: until };
      if (sent.length === 0 && couldSend(spans, owed)) missed.set(one.key, 'unsent');
      if (comesAtOnce && mustCome(spans, sentIn, until)) missed.set(one.key, 'lost');
    }
    return missed;
  }

  /** Asked when all is known. */
  get #hindered(): Hindered {
    this.#hinderedOnce ??= hinderedIn(this.#around.timeline, this.#plan);
    return this.#hinderedOnce;
  }

  /** Asked when all is known. */
  #rulesOver(device: number): RuleStories {
    if (this.#last?.device !== device) {
      this.#last = { device, stories: this.#rules.of(device) };
    }
    return this.#last.stories;
  }

  #storyOf(act: ActPlan, story: RuleStories[number], device: number): ActStory {
    const { subject } = story;
    const began = this.#book.beganOf(act.name);
    // Acts are told by the target's own clock, alarms by the one that its rules go by.
    const [own, rules] = [this.#book.clock.ahead, this.#fleetRules.clock.ahead];
    const isTimed = this.#book.clock.isKnown && this.#fleetRules.clock.isKnown;
    const from = began === null || !isTimed ? null : inRun(began, own);
    const all = this.#book.about(act.name, subject);
    const askedAt = Math.min(this.#of(device).askedAt, this.#book.askedAt(device)) - SLACK_MS;
    const due = new Map<number, DueAct>();
    for (const alarm of story.told) {
      const at = act.on === 'raised' ? alarm.at : alarm.cleared;
      if (at === null) continue;
      const told = all.filter((one) => one.at === at);
      // When it was cleared by the target's clock is known by what was due alone.
      const known = story.expected.find(({ since }) => since === alarm.since)?.overAt ?? null;
      const time = act.on === 'raised' ? alarm.raised : known;
      if (began === null || time === null) {
        due.set(at, { act, subject, at, told, isOpen: true, isUntold: time === null, lateMs: 0 });
        continue;
      }
      if (latest(time, rules) < soonest(began, own)) continue;
      const isSure = soonest(time, rules) > latest(began, own) && latest(time, rules) <= askedAt;
      const span = { from: latest(time, rules), to: soonest(told[0]?.decided ?? 0, own) };
      const lateMs = told.length === 0 ? 0 : tookLong(span, story, act, this.#hindered);
      due.set(at, { act, subject, at, told, isOpen: !isSure, isUntold: false, lateMs });
    }
    const besides = all.filter(
      ({ at, decided }) => !due.has(at) && latest(decided, own) <= askedAt,
    );
    return { act, subject, from, due: [...due.values()], besides };
  }

  #of(device: number): Device {
    let known = this.#devices.get(device);
    if (known === undefined) {
      const told = { heard: new Map(), effects: new Map(), outcomes: new Map(), sent: new Map() };
      const asked = { isRead: false, askedAt: Number.POSITIVE_INFINITY };
      const repeats = new Repeats(this.#plan);
      known = { readings: new Map(), repeats, ...asked, ...told };
      this.#devices.set(device, known);
    }
    return known;
  }
}

const addTo = <K, V>(lists: Map<K, V[]>, key: K, value: V): void => {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
};

const effectOf = (t: number, { name, value, done }: Fields): Effect => ({
  ...{ t, name: String(name), value: String(value), done: Boolean(done) },
});

/** What one entry has no room for follows in the next. */
function addReading(readings: Map<number, Reading[]>, at: number, said: Fields): void {
  const [received, values] = [Number(said.received), readingIn(String(said.values))];
  const last = readings.get(at)?.at(-1);
  const before = last?.received === received ? last.values : null;
  if (last === undefined || before === null || values === null || !isMoreOf(before, values)) {
    addTo(readings, at, { received, values });
  } else last.values = { ...before, ...values };
}
