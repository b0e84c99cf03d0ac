/**
 * What a target owes of each alarm: that it comes and goes with its rule, that its history can be
 * one after ISA-18.2, that what the operator was answered is so, that a person is told of each
 * change once, and that what is too much is counted. Told from the history of each alarm as a
 * whole; whose history could not be read is left open.
 */
import type { LedgerEntry } from '#kernel';
import { causesAgree, orphans } from './alarms/causes.ts';
import { type Claims, claimed, counted, noClaims, SLACK_MS } from './alarms/claim.ts';
import {
  type Bounds,
  type Crowd,
  chatterOf,
  crowdsBy,
  floodOf,
  type Happened,
} from './alarms/crowds.ts';
import { Known, type KnownDevice, type Told } from './alarms/known.ts';
import { type Away, lawful } from './alarms/lawful.ts';
import { History, stateOf } from './alarms/past.ts';
import { wishesKept } from './alarms/wishes.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';

declare module './oracle.ts' {
  interface Oracles {
    alarms: AlarmsOracle;
  }
}

/** What is owed of one alarm. */
export interface AlarmStory extends Claims {
  instance: number;
  rule: string;
  subject: string;
  device: number;
  /** First to last. */
  spells: Spell[];
}

/** It was so from one time of the target's clock up to another, milliseconds. */
export interface Spell {
  state: string;
  isShelved: boolean;
  from: number;
  to: number;
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

const UNREAD = 'what the target has of its alarms could not be read to its end';
const UNCAUSED = 'what the rules of the target raised could not be read';
const UNBOUND = 'the target does not say what it counts as too many';
const LOST = 'was told to the operator, and the target does not list it';
const UNNAMED = 'the target does not list an alarm that it told of';

export default defineOracle({
  kind: 'alarms',
  summary: 'what is owed of each alarm: its states, what was asked, told and counted',
  scope: 'lane',
  ops: OWN,
  fleet: { ops: ALL, start: () => new FleetAlarms() },
  start: (context) => new AlarmsOracle(context),
});

type Fields = Readonly<Record<string, number | string>>;

class FleetAlarms implements OracleFold {
  readonly bounds: Bounds[] = [];
  readonly floods: { from: number; to: number }[] = [];
  readonly told: Happened[] = [];
  readonly #whole = new Set<number>();
  #isCounted = false;
  /** By how much the clock of the target is ahead of the run's, milliseconds. */
  #ahead: number | null = null;
  /** By the run, milliseconds: when the first of it was read. */
  #readAt = Number.POSITIVE_INFINITY;

  /** Without its clock nobody can say what had to be so by then. */
  targetTime(runMs: number): number {
    return this.#ahead === null ? Number.NEGATIVE_INFINITY : runMs + this.#ahead;
  }

  runTime(targetMs: number): number {
    return targetMs - (this.#ahead ?? 0);
  }

  step(entry: LedgerEntry): void {
    const said = entry as unknown as Fields;
    const whole = (name: string): number => Number(said[name]);
    this.#readAt = Math.min(this.#readAt, entry.t / 1000);
    switch (entry.op as string) {
      case 'alarms/event':
        if (said.event === 'annunciated') {
          this.told.push({ place: whole('place'), at: whole('at') });
        }
        break;
      case 'alarms/whole':
        this.#whole.add(entry.device);
        break;
      case 'alarms/bounds':
        this.bounds.push({
          ...{ place: whole('place'), floodMore: whole('floodMore'), floodMs: whole('floodMs') },
          ...{ chatterTimes: whole('chatterTimes'), chatterMs: whole('chatterMs') },
        });
        break;
      case 'alarms/flood':
        this.floods.push({ from: whole('from'), to: whole('to') });
        break;
      case 'alarms/clock':
        this.#ahead = whole('now') - entry.t / 1000;
        break;
      case 'alarms/counted':
        this.#isCounted = true;
        break;
    }
  }

  /** Of the whole fleet. */
  judged(devices: number): Claims {
    const into = noClaims();
    if (!this.#isCounted) counted(into.doubts, UNBOUND);
    else if (this.#whole.size < devices) counted(into.doubts, UNREAD);
    else compare(this.expected(), this.floods, this.targetTime(this.#readAt), FLOOD, into);
    return this.inRunTime(into);
  }

  inRunTime<T extends Claims>(into: T): T {
    for (const claim of into.claims) claim.at = Math.max(0, this.runTime(claim.at));
    return into;
  }

  expected(): Crowd[] {
    return crowdsBy(this.bounds, this.told, floodOf);
  }
}

export class AlarmsOracle implements OracleFold {
  readonly #context: OracleContext;
  readonly #fleet: FleetAlarms;
  readonly #known = new Known();

  constructor(context: OracleContext) {
    this.#context = context;
    this.#fleet = context.of<FleetAlarms>('alarms/fleet');
  }

  step(entry: LedgerEntry): void {
    this.#known.step(entry);
  }

  of(device: number): AlarmStory[] {
    const known = this.#known.of(device);
    return [...known.instances.values()].map((told) => {
      const story = this.#fleet.inRunTime(this.#storyOf(device, known, told));
      const spells = story.spells.map(({ from, to, ...spell }) => ({
        ...{ ...spell, from: this.#fleet.runTime(from), to: this.#fleet.runTime(to) },
      }));
      return { ...story, spells };
    });
  }

  /** Of alarms of rules over the device for which there is no instance. */
  missing(device: number): Claims & { causes: { rule: string; subject: string; at: number }[] } {
    const known = this.#known.of(device);
    const into = noClaims();
    const { readAt, causesAt } = known;
    if (readAt === null) counted(into.doubts, UNREAD);
    if (readAt === null || causesAt === null) return { ...into, causes: [] };
    const before = this.#fleet.targetTime(readAt) - SLACK_MS;
    const owed = orphans(known).filter(({ raised }) => causesAt <= readAt || raised <= before);
    const causes = owed.map(({ rule, subject, raised }) => ({
      ...{ rule, subject, at: Math.max(0, this.#fleet.runTime(raised)) },
    }));
    return { ...into, causes };
  }

  floods(): Claims {
    return this.#fleet.judged(this.#context.plan.devices.length);
  }

  /** As it should have counted them, by the run. */
  floodsExpected(): { from: number; to: number }[] {
    return this.#fleet.expected().map(({ from, to }) => ({
      ...{ from: this.#fleet.runTime(from), to: this.#fleet.runTime(to) },
    }));
  }

  /** All times of it are the target's. */
  #storyOf(device: number, known: KnownDevice, told: Told): AlarmStory {
    const { listed, instance } = told;
    const into = noClaims();
    const { rule, subject } = listed ?? { rule: '', subject: '' };
    const story = { ...into, instance, rule, subject, device, spells: [] };
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
    lawful(history, told, { into, away: this.#away(), readAt: then });
    wishesKept(history, told, (runMs) => fleet.targetTime(runMs), into);
    if (causesAt === null) counted(into.doubts, UNCAUSED);
    else {
      const own = known.causes.filter((one) => one.rule === rule && one.subject === subject);
      const isLater = readAt >= causesAt;
      const times = { isLater, readAt: then, causesAt: fleet.targetTime(causesAt) };
      causesAgree(history, own, times, into);
    }
    this.#isAsListed(history, told, then, into);
    this.#chatter(history, told, into);
    return { ...story, spells: spellsOf(history, then) };
  }

  #away(): Away {
    const { downs, stalls } = this.#context.timeline;
    const times = (us: number): number => this.#fleet.targetTime(us / 1000);
    return [...downs, ...stalls]
      .map(({ from, to }) => ({ from: times(from), to: times(to) }))
      .sort((a, b) => a.from - b.from);
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
    compare(expected, told.chatter, Number.POSITIVE_INFINITY, CHATTER, into);
  }
}

const FLOOD = 'too many alarms were told of';
const CHATTER = 'came and went too often';

/** Each stretch that there was is told, with its times, and no other. */
function compare(
  expected: readonly Crowd[],
  told: readonly { from: number; to: number }[],
  readAt: number,
  what: string,
  into: Claims,
): void {
  const isOpen = (time: number): boolean => time > readAt - SLACK_MS;
  for (const { from, to, last } of expected) {
    if (isOpen(last)) {
      counted(into.open, `${what} just when the target was asked`);
      continue;
    }
    const isTold = told.some((one) => one.from === from && one.to === to);
    const missed = `${what} from ${from} to ${to} ms, and that is not counted`;
    claimed(into, from, isTold ? null : missed);
  }
  for (const { from, to } of told) {
    if (isOpen(from) || expected.some((one) => one.from === from)) continue;
    claimed(into, from, `${what} from ${from} to ${to} ms by its count, and that was not so`);
  }
}

const CHANGING = ['raised', 'cleared', 'acked', 'shelved', 'unshelved'];

function spellsOf(history: History, readAt: number): Spell[] {
  const rows = history.rows.filter(({ event }) => CHANGING.includes(event));
  return rows.map(({ place, at }, index) => {
    const past = history.at(place, true);
    const to = rows[index + 1]?.at ?? Math.max(at, readAt);
    return { state: stateOf(past), isShelved: past.shelf !== null, from: at, to };
  });
}
