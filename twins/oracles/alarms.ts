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
  ...(['alarms/flood', 'alarms/counted'] as const),
];

const UNREAD = 'what the target has of its alarms could not be read to its end';
const UNCAUSED = 'what the rules of the target raised could not be read';
const UNBOUND = 'the target does not say what it counts as too many';
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
  /** When the first of it was read, milliseconds. */
  #readAt = Number.POSITIVE_INFINITY;

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
    else compare(this.expected(), this.floods, this.#readAt, FLOOD, into);
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
  readonly #away: Away;

  constructor(context: OracleContext) {
    const { timeline, of } = context;
    this.#context = context;
    this.#fleet = of<FleetAlarms>('alarms/fleet');
    this.#away = [...timeline.downs, ...timeline.stalls]
      .map(({ from, to }) => ({ from: from / 1000, to: to / 1000 }))
      .sort((a, b) => a.from - b.from);
  }

  step(entry: LedgerEntry): void {
    this.#known.step(entry);
  }

  of(device: number): AlarmStory[] {
    const known = this.#known.of(device);
    return [...known.instances.values()].map((told) => this.#storyOf(device, known, told));
  }

  /** Of alarms of rules over the device for which there is no instance. */
  missing(device: number): Claims & { causes: { rule: string; subject: string; at: number }[] } {
    const known = this.#known.of(device);
    const into = noClaims();
    if (known.readAt === null) counted(into.doubts, UNREAD);
    else if (known.causesAt === null) counted(into.doubts, UNCAUSED);
    const readAt = known.readAt ?? 0;
    const causes = known.causesAt === null || known.readAt === null ? [] : orphans(known);
    const owed = causes.filter(({ raised }) => raised <= readAt - SLACK_MS);
    return {
      ...into,
      causes: owed.map(({ rule, subject, raised: at }) => ({ rule, subject, at })),
    };
  }

  floods(): Claims {
    return this.#fleet.judged(this.#context.plan.devices.length);
  }

  /** As it should have counted them. */
  floodsExpected(): Crowd[] {
    return this.#fleet.expected();
  }

  #storyOf(device: number, known: KnownDevice, told: Told): AlarmStory {
    const { listed, instance } = told;
    const into = noClaims();
    const { rule, subject } = listed ?? { rule: '', subject: '' };
    const story = { ...into, instance, rule, subject, device, spells: [] };
    const { readAt, causesAt } = known;
    if (readAt === null) counted(into.doubts, UNREAD);
    else if (listed === null) {
      // The operator was told of it, and so it is owed.
      if (told.heard.length > 0) claimed(into, readAt, `${instance}: ${UNNAMED}`);
      else counted(into.doubts, UNNAMED);
    }
    if (readAt === null || listed === null) return story;
    const history = new History(told.rows);
    lawful(history, told, { into, away: this.#away, readAt });
    wishesKept(history, told, into);
    if (causesAt === null) counted(into.doubts, UNCAUSED);
    else {
      const own = known.causes.filter((one) => one.rule === rule && one.subject === subject);
      causesAgree(history, own, { readAt, causesAt }, into);
    }
    this.#isAsListed(history, told, readAt, into);
    this.#chatter(history, told, into);
    return { ...story, spells: spellsOf(history, readAt) };
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
