/**
 * How a campaign must go, by what reached the platform and when: the rules as they are told, looked
 * through again from the beginning at each instant. It knows neither tables nor timers.
 */
import type { CampaignMove } from '#kernel';

export interface CourseRules {
  waves: string[][];
  success: number;
  errors: number | null;
  unwell: number | null;
  soakMs: number;
  withinMs: number;
  timeoutMs: number;
  tries: number;
  rate: number | null;
  /** On the platform's clock. */
  window: { from: number; to: number } | null;
}

export type CourseInput =
  /** `done`: whatever was due by then was done, and is sure to stay so. */
  | { at: number; what: 'begin' | 'up' | 'down' | 'done' }
  | { at: number; what: 'move'; move: CampaignMove }
  | { at: number; what: 'word'; device: string; about: number; ended: Ended | null; fell: boolean };

interface Ended {
  attempt: number;
  status: string;
}

type Word = Extract<CourseInput, { what: 'word' }>;

interface Target {
  device: string;
  wave: number;
  attempt: number;
  status: string;
  heard: number;
  isUnwell: boolean;
}

const WHOLE = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;
/** Who says that it does nothing is reminded of what it was offered so long ago. */
const REMIND_MS = 2000;

export class NaiveCourse {
  readonly #rules: CourseRules;
  readonly #targets: Target[];
  readonly offers: string[] = [];
  readonly ends: string[] = [];
  readonly gates: string[] = [];
  state = 'none';
  #wave = 0;
  #opened = 0;
  /** Since when enough of the wave have it; null before. */
  #reached: number | null = null;
  #paused: number | null = null;
  #free = 0;
  /** Whatever was due while it was away is due when it is back. */
  #now = 0;
  #isUp = true;

  constructor(rules: CourseRules) {
    this.#rules = rules;
    this.#targets = rules.waves.flatMap((ids, wave) =>
      [...ids].sort().map((device) => ({
        ...{ device, wave, attempt: 0, status: 'queued', heard: 0, isUnwell: false },
      })),
    );
  }

  take(input: CourseInput): void {
    const { at } = input;
    // What it was about to do in that instant is not done.
    this.#run(at, input.what === 'down');
    if (input.what === 'word') this.#word(input, at);
    else if (input.what === 'move') this.#move(input.move, at);
    else if (input.what === 'done') return;
    else if (input.what === 'begin') {
      this.state = 'running';
      this.#open(0, at);
    } else {
      this.#isUp = input.what === 'up';
      this.#now = at;
      return;
    }
    if (this.#isUp) this.#offer(at);
  }

  runTo(until: number): void {
    this.#run(until, false);
  }

  #run(until: number, isBefore: boolean): void {
    for (;;) {
      const due = this.#isUp ? Math.max(this.#now, this.#nextDue()) : NEVER;
      if (isBefore ? due >= until : due > until) return;
      this.#instant(due);
    }
  }

  #nextDue(): number {
    const { timeoutMs } = this.#rules;
    const isTimed = this.state === 'running' && this.#paused === null;
    const offered = this.#targets.filter(({ status }) => status === 'offered');
    return Math.min(
      isTimed ? this.#gateDue() : NEVER,
      ...offered.map(({ heard }) => heard + timeoutMs),
      this.#waiting().length === 0 ? NEVER : this.#offerDue(),
    );
  }

  #instant(at: number): void {
    this.#now = at;
    const { timeoutMs } = this.#rules;
    if (this.#paused === null && at >= this.#gateDue()) this.#decide(at, true);
    const silent = this.#targets
      .filter(({ status, heard }) => status === 'offered' && heard + timeoutMs <= at)
      .sort((a, b) => a.heard - b.heard || (a.device < b.device ? -1 : 1));
    for (const target of silent) this.#end(target, 'timed-out', at);
    this.#offer(at);
  }

  /** When its time is up, or it has soaked. */
  #gateDue(): number {
    const { withinMs, soakMs } = this.#rules;
    return this.#reached === null ? this.#opened + withinMs : this.#reached + soakMs;
  }

  #word({ device, about, ended, fell }: Word, at: number): void {
    this.#instant(at);
    const target = this.#targets.find((one) => one.device === device);
    if (target === undefined) return;
    const isOpen = target.status === 'offered';
    if (isOpen && ended?.attempt === target.attempt) this.#end(target, ended.status, at);
    if (fell && target.status === 'confirmed' && !target.isUnwell) this.#ails(target, at);
    this.#offer(at);
    if (target.status !== 'offered') return;
    if (about === target.attempt) target.heard = at;
    else if (about === 0 && target.heard <= at - REMIND_MS) target.heard = at;
  }

  #move(move: CampaignMove, at: number): void {
    // What nobody has begun nobody can move.
    if (this.state === 'none') return;
    this.#instant(at);
    if (move === 'pause') {
      if (this.state === 'running' || this.state === 'passed') this.#paused ??= at;
    } else if (move === 'resume') {
      if (this.#paused === null) return;
      if (this.#reached !== null) this.#reached += at - Math.max(this.#paused, this.#reached);
      this.#opened += Math.max(0, at - Math.max(this.#paused, this.#opened));
      this.#paused = null;
      this.#decide(at, false);
    } else {
      this.state = 'aborted';
      this.#paused = null;
      for (const target of this.#targets.filter(({ status }) => status === 'queued')) {
        target.status = 'aborted';
        this.ends.push(`${target.device} ${target.attempt + 1} aborted ${at}`);
      }
    }
  }

  #waiting(): Target[] {
    return this.#targets
      .filter(({ status, wave }) => status === 'queued' && wave <= this.#wave)
      .sort((a, b) => a.wave - b.wave || a.attempt - b.attempt || (a.device < b.device ? -1 : 1));
  }

  #offerDue(): number {
    const isOn = this.state === 'running' || this.state === 'passed';
    if (!isOn || this.#paused !== null) return NEVER;
    const { from, to } = this.#rules.window ?? { from: 0, to: NEVER };
    const due = Math.max(this.#free, from, this.#now);
    return due < to ? due : NEVER;
  }

  #offer(at: number): void {
    const { rate, window } = this.#rules;
    for (const target of this.#waiting()) {
      if (this.#offerDue() > at || at >= (window?.to ?? NEVER)) return;
      Object.assign(target, { attempt: target.attempt + 1, status: 'offered', heard: at });
      this.offers.push(`${target.device} ${target.attempt} ${at}`);
      if (rate !== null) this.#free = at + Math.ceil(60_000 / rate);
    }
  }

  #end(target: Target, status: string, at: number): void {
    const { device, attempt, wave } = target;
    this.ends.push(`${device} ${attempt} ${status} ${at}`);
    const isOver = this.state === 'halted' || this.state === 'aborted';
    const isDone = status === 'confirmed';
    if (!isDone && attempt < this.#rules.tries && !isOver) {
      target.status = 'queued';
      return;
    }
    target.status = isDone ? 'confirmed' : 'failed';
    const { errors } = this.#rules;
    const { failed, total } = this.#count(wave);
    if (!isDone && !isOver && errors !== null && failed * WHOLE > errors * total) {
      this.#gate(wave, false, at);
      this.state = 'halted';
    } else if (wave === this.#wave) this.#decide(at, false);
  }

  #ails(target: Target, at: number): void {
    target.isUnwell = true;
    const { unwell: most } = this.#rules;
    const { unwell, total } = this.#count(target.wave);
    const isOver = this.state === 'halted' || this.state === 'aborted';
    if (isOver || most === null || unwell * WHOLE <= most * total) return;
    this.#gate(target.wave, false, at);
    this.state = 'halted';
  }

  #open(wave: number, at: number): void {
    this.#wave = wave;
    this.#reached = null;
    this.#opened = Math.max(at, this.#rules.window?.from ?? 0);
    this.#decide(at, false);
  }

  #decide(at: number, isTimeUp: boolean): void {
    if (this.state !== 'running') return;
    const { success, soakMs, waves } = this.#rules;
    const { confirmed, failed, total } = this.#count(this.#wave);
    if (confirmed * WHOLE >= success * total) {
      this.#reached ??= at;
      if (this.#paused !== null || at < this.#reached + soakMs) return;
      this.#gate(this.#wave, true, at);
      if (this.#wave + 1 < waves.length) this.#open(this.#wave + 1, at);
      else this.state = 'passed';
    } else if (isTimeUp || (total - failed) * WHOLE < success * total) {
      this.#gate(this.#wave, false, at);
      this.state = 'halted';
    }
  }

  #gate(wave: number, passed: boolean, at: number): void {
    const { confirmed, failed, unwell, total } = this.#count(wave);
    const word = passed ? 'passed' : 'halted';
    this.gates.push(`${wave} ${word} ${confirmed} ${failed} ${unwell} ${total} ${at}`);
  }

  #count(wave: number): Record<'confirmed' | 'failed' | 'unwell' | 'total', number> {
    const own = this.#targets.filter((one) => one.wave === wave);
    const of = (one: string): number => own.filter(({ status }) => status === one).length;
    const unwell = own.filter(({ isUnwell }) => isUnwell).length;
    return { confirmed: of('confirmed'), failed: of('failed'), unwell, total: own.length };
  }
}
