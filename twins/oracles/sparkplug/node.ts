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

/** What may be missing from what was seen in some time. */
export interface Unseen {
  anything(from: number, to: number): boolean;
  /** Of a connection that lives on, a packet, and others behind it not. */
  single(from: number, to: number): boolean;
}

const COUNTS = 256;
/** A call is heeded within this. */
const HEEDED_US = 5_000_000;
/** What was under way when a connection began is seen by then. */
const UNDER_WAY_US = 2_000_000;

interface Session {
  /** Null where its birth may have been missed. */
  number: number | null;
  /** The connect attempt to which that belongs, or none before it; null where nothing is known. */
  attempt: number | null;
  isAlive: boolean;
  /** Of its last packet that has a number, and when that was. */
  seq: number;
  at: number;
  /** Somebody saw it born: what it named is known. */
  isSeenBorn: boolean;
  /** Something of it may have been missed: devices may be born that nobody saw. */
  isWhole: boolean;
  names: (readonly [number, number])[];
  born: Set<number>;
  /** It is told already that nobody is born. */
  isTold: boolean;
}

export class SparkplugNode {
  readonly #unseen: Unseen;
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

  constructor(unseen: Unseen) {
    this.#unseen = unseen;
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
      ...{ number, attempt, isAlive: true, seq: Math.max(0, seq), at: t },
      ...{ isSeenBorn: true, isWhole: !names.isCut, names: [...names.ranges] },
      ...{ born: new Set<number>(), isTold: false },
    };
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
    if (now?.isAlive === true && this.#isItsDeath(number, now)) {
      now.isAlive = false;
      this.#known.add(number);
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
    const isMissed = this.#online.some(
      ({ t, attempt }) => mod((base ?? 0) + attempt) === number && this.#unseen.single(t, packet.t),
    );
    if (base === null || isMissed || this.#unsureAt(packet)) this.#doubts++;
    else this.#is('death-number', packet, `dies in session ${number}, in which nobody was born`);
  }

  /** Of a session that nobody saw born it is the death where the newest attempt has its number. */
  #isItsDeath(number: number, session: Session): boolean {
    if (session.number !== null) return session.number === number;
    const [newest, base] = [this.#newestAfter(session), this.#base];
    if (newest === null || base === null || mod(base + newest.attempt) !== number) return false;
    session.attempt = newest.attempt;
    session.number = number;
    return true;
  }

  /** A packet that has its place between birth and death. */
  #within(packet: Seen): void {
    const before = this.#session;
    const session = before?.isAlive === true ? before : this.#unborn(packet, before);
    if (session === null) return;
    if (this.#mayBeNext(packet, session)) {
      session.number = null;
      session.isWhole = false;
    }
    this.#counted(packet, session);
    const { about } = packet;
    if (packet.type === 'DBIRTH') this.#bears(packet, session);
    else if (packet.type === 'DDEATH') session.born.delete(about);
    else {
      if (about >= 0 && session.isSeenBorn && !session.born.has(about)) {
        const what = 'sends DDATA without a birth in the session';
        this.#unlessMissed('device-unborn', packet, session, what);
      }
      this.#speaks(packet, session);
    }
  }

  /** By their numbers alone, packets are in sequence. */
  #counted(packet: Seen, session: Session): void {
    const from = Math.min(session.at, packet.t);
    // Also where the number fits: it may have been born again, and counted as far as before.
    if (this.#unseen.single(from, packet.t)) session.isWhole = false;
    const due = (session.seq + 1) % COUNTS;
    if (packet.seq < 0) this.#is('unnumbered', packet, `sends ${packet.type} without a number`);
    else if (packet.seq !== due) {
      if (this.#unseen.anything(from, packet.t)) {
        this.#doubts++;
        session.isWhole = false;
      } else
        this.#is('sequence', packet, `goes on with the number ${packet.seq} where ${due} is due`);
    }
    session.seq = packet.seq < 0 ? due : packet.seq;
    session.at = packet.t;
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
    if (!session.isSeenBorn) return;
    const used: Aliases = readAliases(packet.used);
    const strange = firstBeyond(used, session.names);
    if (strange === null) return;
    const what = `uses the alias ${strange}, which no birth of the session has named`;
    this.#unlessMissed('alias-unnamed', packet, session, what);
  }

  /** Said where nobody is born: the session that it is of, if its birth may have been missed. */
  #unborn(packet: Seen, session: Session | null): Session | null {
    const none: Omit<Session, 'seq' | 'born'> = {
      ...{ number: null, attempt: session?.attempt ?? null, isAlive: true, at: packet.t },
      ...{ isSeenBorn: false, isWhole: false, names: [], isTold: false },
    };
    if (this.#mayBeNext(packet, session) || this.#missedAt(packet)) {
      this.#doubts++;
      this.#session = { ...none, seq: mod(packet.seq - 1), born: new Set() };
      return this.#session;
    }
    if (this.#unsureAt(packet)) {
      this.#doubts++;
      return null;
    }
    if (session?.isTold === true) return null;
    const rule = packet.type === 'DBIRTH' ? 'device-birth-early' : 'node-unborn';
    const when = session === null ? 'before it was born' : 'after its death';
    this.#is(rule, packet, `sends ${packet.type} ${when}`);
    this.#session = session ?? { ...none, isAlive: false, seq: 0, born: new Set() };
    this.#session.isTold = true;
    return null;
  }

  /** A connection after that of the session has begun, and its birth may have been missed. */
  #mayBeNext({ t }: Seen, session: Session | null): boolean {
    const newest = this.#newestAfter(session);
    return newest !== null && this.#unseen.single(Math.min(newest.t, t), t);
  }

  /** Let in after the attempt of the session, the last one. */
  #newestAfter(session: Session | null): { t: number; attempt: number } | null {
    const newest = this.#online.at(-1);
    return newest !== undefined && newest.attempt > (session?.attempt ?? 0) ? newest : null;
  }

  #unlessMissed(rule: Rule, packet: Seen, session: Session, what: string): void {
    if (session.isWhole && !this.#unsureAt(packet)) this.#is(rule, packet, what);
    else this.#doubts++;
  }

  /** Whether something between the last packet and this one may have been missed. */
  #unsureAt({ t }: Seen): boolean {
    return this.#unseen.anything(Math.min(this.#since, t), t);
  }

  /** Whether that may be so though the connection has lived on. */
  #missedAt({ t }: Seen): boolean {
    return this.#unseen.single(Math.min(this.#since, t), t);
  }

  get #since(): number {
    return this.#lastAt ?? this.#online[0]?.t ?? 0;
  }

  /** A call that was not heeded in time. */
  #expire(now: number): void {
    const call = this.#call;
    if (call === null || now - call <= HEEDED_US) return;
    this.#call = null;
    if (this.#unseen.anything(call, call + HEEDED_US)) this.#doubts++;
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
