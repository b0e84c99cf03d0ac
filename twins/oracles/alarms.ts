/**
 * What a target owes of each alarm: that it comes and goes with its rule, that its history can be
 * one after ISA-18.2, that what the operator was answered is so, that a person is told of each
 * change once, and that what is too much is counted. Told from the history of each alarm as a
 * whole; whose history could not be read is left open.
 */
import type { LedgerEntry } from '#kernel';
import { causesAgree, orphans } from './alarms/causes.ts';
import { type Claims, claimed, counted, noClaims, UNTIMED } from './alarms/claim.ts';
import { chatterOf, compareCrowds, crowdsBy } from './alarms/crowds.ts';
import { FleetAlarms, UNBOUND, UNREAD } from './alarms/fleet.ts';
import { Known, type KnownDevice, type Told } from './alarms/known.ts';
import { lawful } from './alarms/lawful.ts';
import { livesOf, NOTHING_TOLD, type Raise, type Spell } from './alarms/lives.ts';
import { History, stateOf } from './alarms/past.ts';
import { wishesKept } from './alarms/wishes.ts';
import { byClock, type Hindered, hinderedIn } from './hindrances.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import type { FleetRules } from './rules.ts';
import { SLACK_MS } from './slack.ts';

declare module './oracle.ts' {
  interface Oracles {
    alarms: AlarmsOracle;
    'alarms/fleet': FleetAlarms;
  }
}

/** What is owed of one alarm. */
export interface AlarmStory extends Claims {
  instance: number;
  rule: string;
  subject: string;
  device: number;
  /** First to last; times are the run's. */
  spells: Spell[];
  raises: Raise[];
  /** How often its history says each of these. */
  told: Readonly<Record<'annunciated' | 'shelved' | 'refused', number>>;
  /** How often it came and went too often, by the target's count. */
  chatters: number;
}

const OWN = [
  ...(['alarms/asked', 'alarms/answered', 'alarms/heard', 'alarms/instance'] as const),
  ...(['alarms/event', 'alarms/chatter', 'alarms/whole'] as const),
  ...(['rules/heard', 'rules/alarm'] as const),
];
const ALL = [
  ...(['alarms/event', 'alarms/whole', 'alarms/bounds'] as const),
  ...(['alarms/flood', 'alarms/counted', 'alarms/clock'] as const),
];

const UNCAUSED = 'what the rules of the target raised could not be read';
const LOST = 'was told to the operator, and the target does not list it';
const UNNAMED = 'the target does not list an alarm that it told of';

export default defineOracle({
  kind: 'alarms',
  summary: 'what is owed of each alarm: its states, what was asked, told and counted',
  scope: 'lane',
  ops: OWN,
  fleet: {
    ops: ALL,
    start: ({ plan, of }) => new FleetAlarms(plan.devices.length, of<FleetRules>('rules/fleet')),
  },
  start: (context) => new AlarmsOracle(context),
});

const CHATTER = 'came and went too often';

export class AlarmsOracle implements OracleFold {
  readonly #context: OracleContext;
  readonly #fleet: FleetAlarms;
  readonly #known = new Known();

  constructor(context: OracleContext) {
    this.#context = context;
    this.#fleet = context.of('alarms/fleet');
  }

  step(entry: LedgerEntry): void {
    this.#known.step(entry);
  }

  of(device: number): AlarmStory[] {
    const known = this.#known.of(device);
    return [...known.instances.values()].map((told) => {
      const story = this.#fleet.inRunTime(this.#storyOf(device, known, told));
      const runTime = (time: number): number => this.#fleet.runTime(time);
      const own = <T extends { from: number; to: number }>(one: T): T => ({
        ...{ ...one, from: runTime(one.from), to: runTime(one.to) },
      });
      const raises = story.raises.map((one) => ({ ...own(one), ackedAt: runTime(one.ackedAt) }));
      return { ...story, spells: story.spells.map(own), raises };
    });
  }

  /** Of alarms of rules over the device for which there is no instance. */
  missing(device: number): Claims & { causes: { rule: string; subject: string; at: number }[] } {
    const known = this.#known.of(device);
    const into = noClaims();
    const { readAt, causesAt } = known;
    if (readAt === null) counted(into.doubts, UNREAD);
    if (readAt === null || causesAt === null) return { ...into, causes: [] };
    const isTimed = this.#fleet.canTime(known.causes);
    const before = this.#fleet.soonest(readAt) - SLACK_MS;
    const all = orphans(known).map((cause) => this.#fleet.byTarget(cause));
    const isKnown = isTimed || causesAt <= readAt;
    if (!isKnown) for (const _ of all) counted(into.doubts, UNTIMED);
    const owed = all.filter(({ latest }) => isKnown && (causesAt <= readAt || latest <= before));
    const causes = owed.map(({ rule, subject, raised }) => ({
      ...{ rule, subject, at: Math.max(0, this.#fleet.runTime(raised)) },
    }));
    return { ...into, causes };
  }

  /** All times of it are the target's. */
  #storyOf(device: number, known: KnownDevice, told: Told): AlarmStory {
    const { listed, instance } = told;
    const into = noClaims();
    const { rule, subject } = listed ?? { rule: '', subject: '' };
    const whose = { instance, rule, subject, device, chatters: told.chatter.length };
    const story = { ...into, ...whose, spells: [], raises: [], told: NOTHING_TOLD };
    const { readAt, causesAt } = known;
    const fleet = this.#fleet;
    if (readAt === null) counted(into.doubts, UNREAD);
    else if (listed === null) {
      // The operator was told of it, and so it is owed.
      if (told.heard.length > 0) claimed(into, fleet.targetTime(readAt), LOST);
      else counted(into.doubts, UNNAMED);
    }
    if (readAt === null || listed === null) return story;
    const history = new History(told.rows);
    const then = fleet.targetTime(readAt);
    const { isTimed } = fleet;
    const readBy = fleet.soonest(readAt);
    const hindered = this.#hindered();
    lawful(history, told, { into, hindered, readAt: readBy, isTimed });
    wishesKept(history, told, (runMs) => fleet.targetTime(runMs), into);
    if (causesAt === null) counted(into.doubts, UNCAUSED);
    else {
      const own = known.causes
        .filter((one) => one.rule === rule && one.subject === subject)
        .map((one) => fleet.byTarget(one));
      const isLater = readAt >= causesAt;
      const asked = { readAt: readBy, causesAt: fleet.soonest(causesAt) };
      const times = { isLater, isTimed: fleet.canTime(known.causes), hindered, ...asked };
      causesAgree(history, own, times, into);
    }
    this.#isAsListed(history, told, then, into);
    this.#chatter(history, told, into);
    return { ...story, ...livesOf(history, then) };
  }

  #hindered(): Hindered {
    const { plan, timeline } = this.#context;
    const fleet = this.#fleet;
    return byClock(
      hinderedIn(timeline, plan),
      (t) => fleet.soonest(t),
      (t) => fleet.latest(t),
    );
  }

  #isAsListed(history: History, { listed }: Told, readAt: number, into: Claims): void {
    const past = history.at(Number.POSITIVE_INFINITY);
    const [is, should] = [listed?.state ?? '', stateOf(past)];
    const isShelved = (listed?.until ?? 0) > 0;
    const isSo = is === should && isShelved === (past.shelf !== null);
    const other = `${is}${isShelved ? ' and shelved' : ''}`;
    const so = `${should}${past.shelf !== null ? ' and shelved' : ''}`;
    claimed(into, readAt, isSo ? null : `is said to be ${other}, and by its history is ${so}`);
  }

  #chatter(history: History, told: Told, into: Claims): void {
    const { bounds } = this.#fleet;
    if (bounds.length === 0) return counted(into.doubts, UNBOUND);
    const turns = [...history.all('raised'), ...history.all('cleared')];
    // Both stand on one page, so nothing can have come between.
    const expected = crowdsBy(bounds, turns, chatterOf);
    compareCrowds(expected, told.chatter, Number.POSITIVE_INFINITY, CHATTER, into);
  }
}
