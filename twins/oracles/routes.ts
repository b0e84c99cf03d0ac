/**
 * By which of two gateways a command had to go to a child: by the other one, where the child's own
 * was away by the word of its statechart and the target had heard the child through the other. It
 * has to be sent by that one soon, and to come. And no command may undo a newer one because it came
 * by a slower way.
 */
import { type LedgerEntry, type Plan, streamNamed } from '#kernel';
import { hasNoBus } from './acts/reach.ts';
import type { ActsOracle } from './acts.ts';
import type { FallBackOracle } from './fall-back.ts';
import { defineOracle, type OracleContext, type OracleFold } from './oracle.ts';
import { Speech, type Which } from './routes/speech.ts';
import { isTargetDown, overlaps, type Span, type Timeline } from './timeline.ts';

declare module './oracle.ts' {
  interface Oracles {
    routes: RoutesOracle;
  }
}

export default defineOracle({
  kind: 'routes',
  summary: 'by which of two gateways a command had to go to a child, and until when',
  scope: 'lane',
  ops: [
    ...(['acts/sent', 'acts/routed', 'acts/outcome', 'acts/heard', 'acts/effect'] as const),
    ...(['gateway/took', 'acked', 'online', 'offline', 'boot'] as const),
  ],
  start: (context) => new RoutesOracle(context),
});

/** A command that went down once; times of the run, microseconds. */
export interface SentOnce {
  key: string;
  n: number;
  t: number;
  /** As the target says it; null where it says nothing. */
  via: string | null;
  /** By which it had to go; null where either may be. */
  due: Which | null;
  /** Whether it came in time; null where it did not have to. */
  came: boolean | null;
}

/**
 * A command that nobody had answered when its child was heard through the other gateway; or that
 * was decided while it was, and went by nobody.
 */
export interface Waiting {
  key: string;
  heardAt: number;
  /** Until then it had to be sent by that one. */
  until: number;
  /** It was, and by then. */
  isSent: boolean;
  isDecided: boolean;
}

export interface RouteStory {
  child: number;
  own: number;
  other: number;
  sent: SentOnce[];
  waiting: Waiting[];
  /** Commands that were obeyed after a newer one of their name. */
  undone: { key: string; name: string; t: number }[];
}

interface Child {
  speech: Speech;
  sent: { key: string; n: number; t: number }[];
  via: Map<number, string>;
  /** By number, when it came. */
  heard: Map<number, number>;
  answered: Map<string, number>;
  effects: { t: number; n: number; key: string; name: string; life: number }[];
  /** Since it has last forgotten what came. */
  life: number;
}

type Fields = Readonly<Record<string, number | string | boolean>>;

/** So often, and so long after each other, a command is sent. */
const AGAIN_US = 5_000_000;
const TRIES = 6;
/** What a machine that is busy may add; and how well the clock of a target is known. */
const LATE_US = 2_500_000;
const NEAR_US = 250_000;
/** So soon what is sent must have come. */
const COMES_US = 3_000_000;

export class RoutesOracle implements OracleFold {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #acts: ActsOracle;
  readonly #fallBack: FallBackOracle;
  readonly #readings: number;
  readonly #children = new Map<number, Child>();
  /** By gateway, when it was connected. */
  readonly #online = new Map<number, Span[]>();

  constructor({ plan, timeline, of }: OracleContext) {
    this.#plan = plan;
    this.#timeline = timeline;
    this.#acts = of('acts');
    this.#fallBack = of('fall-back');
    this.#readings = streamNamed(plan, 'telemetry')?.code ?? -1;
  }

  step(entry: LedgerEntry): void {
    const { t, device } = entry;
    const fields = entry as unknown as Fields;
    const op: string = entry.op;
    if (op === 'online') return this.#connected(device, t);
    if (op === 'offline') return this.#lost(device, t);
    if (op === 'gateway/took') return this.#took(t, device, fields);
    const child = this.#at(device);
    if (child === null) return;
    const [key, n] = [String(fields.key), Number(fields.n)];
    if (op === 'acked' && fields.stream === this.#readings) child.speech.acked(n, t);
    else if (op === 'acts/sent') child.sent.push({ key, n, t: this.#runUs(fields.sent) });
    else if (op === 'acts/routed') child.via.set(n, String(fields.via));
    else if (op === 'acts/outcome') child.answered.set(key, this.#runUs(fields.answered));
    else if (op === 'boot' && this.#forgets(device)) child.life++;
    // It may come again for want of an acknowledgement.
    else if (op === 'acts/heard') child.heard.set(n, child.heard.get(n) ?? t);
    else if (op === 'acts/effect' && fields.done === true) {
      child.effects.push({ t, n, key, name: String(fields.name), life: child.life });
    }
  }

  get isWhole(): boolean {
    return this.#acts.isWhole;
  }

  /** Null of a device that has nobody to fall back on. */
  of(device: number): RouteStory | null {
    const { via: own = null, fallBack: other } = this.#plan.devices[device] ?? {};
    const child = this.#at(device);
    if (child === null || own === null || other === undefined) return null;
    const away = this.#awayOf(device);
    const sent = child.sent
      .map((one): SentOnce => {
        const via = child.via.get(one.n) ?? null;
        const due = this.#dueAt(child.speech, one.t, { away, own });
        const by = [own, other].find((one) => this.#plan.devices[one]?.id === via);
        const came = by === undefined ? null : this.#came(child, one, by, device);
        return { ...one, via, due, came };
      })
      .sort((a, b) => a.n - b.n);
    const waiting = away.flatMap((span) => this.#waitingIn(span, device, other, sent));
    return { child: device, own, other, sent, waiting, undone: undoneIn(child.effects) };
  }

  #dueAt(
    speech: Speech,
    t: number,
    { away, own }: { away: readonly Span[]; own: number },
  ): Which | null {
    const [early, late] = [t - NEAR_US, t + NEAR_US];
    // What the target has heard it knows until it is killed.
    const died = Math.max(
      Number.NEGATIVE_INFINITY,
      ...this.#timeline.downs.filter(({ from }) => from < t).map(({ to }) => to),
    );
    const due = speech.through(early, died);
    if (due === null || speech.through(late, died) !== due) return null;
    // Whoever knows that its own is away may try the other one sooner.
    const isOther = due === 'other';
    const spans = isOther ? away : this.#fallBack.awayOf(own);
    return spans.some(({ from, to }) => from < late && early < to) === isOther ? due : null;
  }

  /** Null where it did not have to: it, or its way, was not there for so long. */
  #came({ heard }: Child, { n, t }: { n: number; t: number }, by: number, device: number) {
    const at = heard.get(n);
    if (at !== undefined && at <= t + COMES_US + LATE_US) return true;
    const span = { from: t - NEAR_US, to: t + COMES_US };
    const isUp = (this.#online.get(by) ?? []).some(
      ({ from, to }) => from <= span.from && span.to <= to,
    );
    const isOpen = isUp && this.#isWay(by, device, span) && hasNoBus(this.#plan, by);
    return isOpen && this.#isQuiet([by, device], span) ? false : null;
  }

  /** All the while it passes on what comes for the child, and that is awake. */
  #isWay(by: number, device: number, span: Span): boolean {
    if (this.#fallBack.awayOf(device).some((one) => overlaps(one, span))) return false;
    if (this.#plan.devices[device]?.via === by) {
      return !this.#fallBack.awayOf(by).some((one) => overlaps(one, span));
    }
    return this.#awayOf(device).some(
      ({ from, to }) => from <= span.from && span.to + NEAR_US <= to,
    );
  }

  /** Of each command that nobody had answered when the child was heard through the other one. */
  #waitingIn(away: Span, device: number, other: number, sent: readonly SentOnce[]): Waiting[] {
    const heardAt = this.#at(device)?.speech.heardByOther(away.from, away.to) ?? null;
    if (heardAt === null) return [];
    const waits = [...Map.groupBy(sent, ({ key }) => key)].flatMap(([key, all]) => {
      const byOther = all.filter(({ via }) => via === this.#plan.devices[other]?.id);
      const before = all.filter((one) => one.t < heardAt + NEAR_US && !byOther.includes(one));
      const last = before.at(-1);
      const answered = this.#at(device)?.answered.get(key) ?? Number.POSITIVE_INFINITY;
      if (last === undefined || before.length >= TRIES) return [];
      const until = Math.max(heardAt, last.t + AGAIN_US) + LATE_US;
      const isOver = answered <= until || this.#overtakenAt(device, key) <= until;
      const isSent = byOther.some(({ t }) => heardAt - NEAR_US <= t && t <= until);
      // It came by its own before that fell, or a newer one was decided.
      if (isOver && !isSent) return [];
      const isDecided = until < away.to && this.#isQuiet([other], { from: heardAt, to: until });
      return [{ key, heardAt, until, isSent, isDecided }];
    });
    return [...waits, ...this.#unsentIn({ ...away, from: heardAt }, device, other, sent)];
  }

  /**
   * Of each that was decided then or not long before, and that nobody ever sent: what is late would
   * have been sent at some time, so that nothing has to be added to the time that it had.
   */
  #unsentIn(heard: Span, device: number, other: number, sent: readonly SentOnce[]): Waiting[] {
    const known = new Set(sent.map(({ key }) => key));
    return this.#acts.decisionsOf(device).flatMap(({ key, act, done, decided }) => {
      const isCommand = done && 'command' in this.#acts.doesOf(act);
      const from = Math.max(heard.from, this.#runUs(decided));
      const isOld = heard.from - this.#runUs(decided) > TRIES * AGAIN_US;
      const until = from + AGAIN_US;
      if (!isCommand || known.has(key) || isOld || from >= heard.to) return [];
      if (this.#overtakenAt(device, key) <= until + LATE_US) return [];
      const isDecided = until < heard.to && this.#isQuiet([other], { from, to: until }, 0);
      return [{ key, heardAt: heard.from, until, isSent: false, isDecided }];
    });
  }

  /** When a newer command of its name was decided. */
  #overtakenAt(device: number, key: string): number {
    const decisions = this.#acts.decisionsOf(device);
    const nameOf = (act: string): string | null => {
      const does = this.#acts.doesOf(act);
      return 'command' in does ? does.command.name : null;
    };
    const own = decisions.find((one) => one.key === key);
    if (own === undefined) return Number.POSITIVE_INFINITY;
    const next = decisions.find(
      ({ place, act, done }) => done && place > own.place && nameOf(act) === nameOf(own.act),
    );
    return next === undefined ? Number.POSITIVE_INFINITY : this.#runUs(next.decided);
  }

  /**
   * Neither these devices nor the target have a fault then, and we did not stand still. What ails
   * but another gateway of a child is none of them.
   */
  #isQuiet(devices: readonly number[], span: Span, marginUs = LATE_US): boolean {
    const { stalls, faults } = this.#timeline;
    const inTarget = faults.filter(({ plan }) => plan.acts === 'target' || plan.acts === 'inside');
    const own = devices.flatMap((device) =>
      this.#timeline.faultsOn(device).filter(({ plan }) => plan.devices.includes(device)),
    );
    const wide = { from: span.from - marginUs, to: span.to + marginUs };
    return (
      ![...stalls, ...inTarget, ...own].some((one) => overlaps(one, wide)) &&
      !isTargetDown(this.#timeline, wide)
    );
  }

  /** When its own gateway was away for so long that the child spoke through the other. */
  #awayOf(child: number): Span[] {
    const { absences = [] } = this.#fallBack.of(child) ?? {};
    return absences.filter(({ isTaken }) => isTaken);
  }

  #took(t: number, gateway: number, { child, stream, n }: Fields): void {
    if (stream !== this.#readings) return;
    const row = this.#plan.devices[Number(child)];
    const which = row?.via === gateway ? 'own' : row?.fallBack === gateway ? 'other' : null;
    if (which !== null) this.#at(Number(child))?.speech.took(Number(n), which, t);
  }

  #connected(device: number, t: number): void {
    const spans = this.#online.get(device) ?? [];
    this.#online.set(device, spans);
    spans.push({ from: t, to: Number.POSITIVE_INFINITY });
  }

  #lost(device: number, t: number): void {
    const last = this.#online.get(device)?.at(-1);
    if (last !== undefined) last.to = Math.min(last.to, t);
  }

  /** A restart takes from it what came, so that it cannot know an older command from a newer. */
  #forgets(device: number): boolean {
    const entry = this.#plan.entries[this.#plan.devices[device]?.entry ?? -1];
    return entry?.parts.find(({ kind }) => kind === 'acts')?.params.memory === 'ram';
  }

  /** A time of the target's clock, by the run's. */
  #runUs(time: unknown): number {
    return this.#acts.timeOf({ decided: Number(time) }) * 1000;
  }

  /** Null of one with one way only. */
  #at(device: number): Child | null {
    if (this.#plan.devices[device]?.fallBack === undefined) return null;
    let known = this.#children.get(device);
    if (known === undefined) {
      const lists = { sent: [], via: new Map(), heard: new Map(), answered: new Map() };
      known = { speech: new Speech(), ...lists, effects: [], life: 0 };
      this.#children.set(device, known);
    }
    return known;
  }
}

function undoneIn(effects: Child['effects']): RouteStory['undone'] {
  const newest = new Map<string, number>();
  return effects.flatMap(({ t, n, key, name, life }) => {
    const own = `${life} ${name}`;
    const before = newest.get(own) ?? -1;
    newest.set(own, Math.max(before, n));
    return n < before ? [{ key, name, t }] : [];
  });
}
