/**
 * One edge node as observers saw it, from birth to death and to the next birth. What it did is held
 * against what it must do next. What may be missing from what was seen, since nobody watched or a
 * fault acted, makes a doubt of what would else be wrong. Times are microseconds.
 */
import { type Aliases, firstBeyond, readAliases } from './aliases.ts';
import type { Rule } from './clauses.ts';

/** A packet of the node, or of a device behind it. */
export interface Seen {
  t: number;
  type: string;
  /** The device behind it, -1 for the node. */
  about: number;
  seq: number;
  session: number;
  control: number;
  bare: number;
  named: string;
  used: string;
}

export interface Wrong {
  t: number;
  rule: Rule;
  about: number;
  what: string;
}

export interface NodeStory {
  /** Packets of which something could be said. */
  packets: number;
  sessions: number;
  rebirths: number;
  /** Of devices behind it. */
  births: number;
  deaths: number;
  /** Calls for a rebirth that were to be heeded. */
  calls: number;
  wrong: readonly Wrong[];
  doubts: number;
}

/** Whether something may be missing from what was seen in that time. */
export type IsUnsure = (from: number, to: number) => boolean;

const COUNTS = 256;
/** A call is heeded within this. */
const HEEDED_US = 5_000_000;
/** What was under way when a connection began is seen by then. */
const UNDER_WAY_US = 2_000_000;

interface Session {
  number: number;
  /** The connect attempt to which that belongs; null where that is not known. */
  attempt: number | null;
  isAlive: boolean;
  seq: number;
  /** Something of it may have been missed: devices may be born that nobody saw. */
  isWhole: boolean;
  names: (readonly [number, number])[];
  born: Set<number>;
  /** It is told already that nobody is born. */
  isTold: boolean;
}

export class SparkplugNode {
  readonly #isUnsure: IsUnsure;
  readonly #wrong: Wrong[] = [];
  readonly #counts = { packets: 0, sessions: 0, rebirths: 0, births: 0, deaths: 0, calls: 0 };
  #doubts = 0;
  #attempts = 0;
  /** Attempts that were let in, and when. */
  readonly #online: { t: number; attempt: number }[] = [];
  /** What a session number is beyond its attempt; null until the first one is seen. */
  #base: number | null = null;
  #session: Session | null = null;
  /** Sessions that have been born. */
  readonly #known = new Set<number>();
  #lastAt: number | null = null;
  #call: number | null = null;

  constructor(isUnsure: IsUnsure) {
    this.#isUnsure = isUnsure;
  }

  connects(t: number): void {
    this.#expire(t);
    this.#attempts++;
    this.#call = null;
  }

  isLetIn(t: number): void {
    this.#online.push({ t, attempt: this.#attempts });
  }

  isGone(t: number): void {
    this.#expire(t);
    this.#call = null;
  }

  /** It was given a call to be born again. */
  isCalled(t: number): void {
    this.#expire(t);
    if (this.#call !== null) return;
    this.#call = t;
    this.#counts.calls++;
  }

  seen(packet: Seen): void {
    this.#expire(packet.t);
    if (packet.type.endsWith('CMD')) return;
    this.#counts.packets++;
    if (packet.type === 'NBIRTH') this.#birth(packet);
    else if (packet.type === 'NDEATH') this.#death(packet);
    else this.#within(packet);
    this.#lastAt = packet.t;
  }

  story(end: number): NodeStory {
    this.#expire(end);
    return { ...this.#counts, wrong: this.#wrong, doubts: this.#doubts };
  }

  #birth(packet: Seen): void {
    const { t, seq, session: number, control, bare, named, used } = packet;
    const before = this.#session;
    const isAgain = before?.isAlive === true && before.number === number;
    const attempt = isAgain ? this.#again(packet, before) : this.#begins(packet);
    this.#counts[isAgain ? 'rebirths' : 'sessions']++;
    if (seq !== 0) this.#is('birth-number', packet, `is born with the number ${seq} and not 0`);
    if (control !== 0) {
      this.#is('birth-control', packet, 'is born without Node Control/Rebirth set to false');
    }
    if (used !== '' || bare > 0) {
      this.#is('birth-names', packet, 'is born with a metric that has no name');
    }
    const names = readAliases(named);
    this.#known.add(number);
    this.#call = null;
    this.#session = {
      ...{ number, attempt, isAlive: true, seq: Math.max(0, seq), isWhole: !names.isCut },
      ...{ names: [...names.ranges], born: new Set<number>(), isTold: false },
    };
    this.#lastAt = t;
  }

  /** As itself: that is right while its connection lasts. */
  #again(packet: Seen, { attempt, number }: Session): number | null {
    const newest = this.#online.at(-1);
    if (attempt === null || newest === undefined || newest.attempt <= attempt) return attempt;
    const isLate = packet.t - newest.t > UNDER_WAY_US;
    const what = `is born in a new connection with the session number ${number} of the last one`;
    if (isLate) this.#is('session-number', packet, what);
    else this.#doubts++;
    return newest.attempt;
  }

  /** In a session that is not the one before: its number tells to which attempt it belongs. */
  #begins(packet: Seen): number | null {
    const { session: number } = packet;
    const newest = this.#online.at(-1)?.attempt ?? null;
    if (newest === null) {
      this.#doubts++;
      return null;
    }
    const base = this.#base;
    if (base === null) {
      if (number < 0) this.#is('session-number', packet, 'is born without a session number');
      else this.#base = mod(number - newest);
      return newest;
    }
    const last = this.#session?.attempt ?? 0;
    const mine = this.#online.filter(({ attempt }) => attempt > last);
    const found = mine.findLast(({ attempt }) => mod(base + attempt) === number);
    if (found !== undefined) return found.attempt;
    const due = mod(base + newest);
    this.#is('session-number', packet, `is born in session ${number}, and it is session ${due}`);
    return newest;
  }

  #death(packet: Seen): void {
    const { session: number, seq } = packet;
    if (seq >= 0) this.#is('death-sequence', packet, `dies with the number ${seq}, and has none`);
    const now = this.#session;
    if (now?.isAlive === true && now.number === number) {
      now.isAlive = false;
      this.#counts.deaths++;
      return;
    }
    // The will of a session before may come late, and hosts must not heed it.
    if (this.#known.has(number)) return;
    const base = this.#base;
    const from = now?.attempt ?? 0;
    for (let attempt = from + 1; base !== null && attempt <= this.#attempts; attempt++) {
      if (mod(base + attempt) === number) return;
    }
    if (base === null || this.#unsureAt(packet)) this.#doubts++;
    else this.#is('death-number', packet, `dies in session ${number}, in which nobody was born`);
  }

  /** A packet that has its place between birth and death. */
  #within(packet: Seen): void {
    const session = this.#session;
    if (session === null || !session.isAlive) return this.#unborn(packet, session);
    const due = (session.seq + 1) % COUNTS;
    if (packet.seq < 0) this.#is('unnumbered', packet, `sends ${packet.type} without a number`);
    else if (packet.seq !== due) {
      const isUnsure = this.#unsureAt(packet);
      if (isUnsure) {
        this.#doubts++;
        session.isWhole = false;
      } else
        this.#is('sequence', packet, `goes on with the number ${packet.seq} where ${due} is due`);
    }
    session.seq = packet.seq < 0 ? due : packet.seq;
    const { about } = packet;
    if (packet.type === 'DBIRTH') this.#bears(packet, session);
    else if (packet.type === 'DDEATH') session.born.delete(about);
    else {
      if (about >= 0 && !session.born.has(about)) {
        const what = 'sends DDATA without a birth in the session';
        this.#unlessMissed('device-unborn', packet, session, what);
      }
      this.#speaks(packet, session);
    }
  }

  #bears(packet: Seen, session: Session): void {
    const names = readAliases(packet.named);
    if (names.isCut) session.isWhole = false;
    session.names.push(...names.ranges);
    session.born.add(packet.about);
    this.#counts.births++;
    if (packet.used !== '' || packet.bare > 0) {
      this.#is('birth-names', packet, 'is born with a metric that has no name');
    }
  }

  #speaks(packet: Seen, session: Session): void {
    if (packet.named !== '') {
      this.#is('alias-named-again', packet, `names aliases anew in ${packet.type}`);
    }
    const used: Aliases = readAliases(packet.used);
    const strange = firstBeyond(used, session.names);
    if (strange === null) return;
    const what = `uses the alias ${strange}, which no birth of the session has named`;
    this.#unlessMissed('alias-unnamed', packet, session, what);
  }

  #unborn(packet: Seen, session: Session | null): void {
    if (this.#unsureAt(packet)) {
      this.#doubts++;
      return;
    }
    if (session?.isTold === true) return;
    const rule = packet.type === 'DBIRTH' ? 'device-birth-early' : 'node-unborn';
    const when = session === null ? 'before it was born' : 'after its death';
    this.#is(rule, packet, `sends ${packet.type} ${when}`);
    const none = { attempt: null, isAlive: false, seq: 0, isWhole: true, names: [] };
    this.#session = session ?? { ...none, number: -1, born: new Set(), isTold: true };
    this.#session.isTold = true;
  }

  #unlessMissed(rule: Rule, packet: Seen, session: Session, what: string): void {
    if (session.isWhole && !this.#unsureAt(packet)) this.#is(rule, packet, what);
    else this.#doubts++;
  }

  /** Whether something between the last packet and this one may have been missed. */
  #unsureAt({ t }: Seen): boolean {
    const from = this.#lastAt ?? this.#online[0]?.t ?? 0;
    return this.#isUnsure(Math.min(from, t), t);
  }

  /** A call that was not heeded in time. */
  #expire(now: number): void {
    const call = this.#call;
    if (call === null || now - call <= HEEDED_US) return;
    this.#call = null;
    if (this.#isUnsure(call, call + HEEDED_US)) this.#doubts++;
    else {
      const what = `was called to be born again and was not within ${HEEDED_US / 1e6} s`;
      this.#wrong.push({ t: call, rule: 'rebirth', about: -1, what });
    }
  }

  #is(rule: Rule, { t, about }: Seen, what: string): void {
    this.#wrong.push({ t, rule, about, what });
  }
}

const mod = (value: number): number => ((value % COUNTS) + COUNTS) % COUNTS;
