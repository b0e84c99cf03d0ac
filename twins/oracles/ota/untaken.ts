/**
 * Offers that a device never took though nothing kept it from that: it was there, idle, and no
 * fault was about for long enough. Either it was never told, or it did not listen; and what nobody
 * takes never ends, or as if its device had been silent.
 */
import { isCarried, type Plan, phaseOf } from '#kernel';
import { overlaps, type Span } from '../timeline.ts';
import { type Campaign, latestTime, type SteerFlaw, scenarioTime } from './campaign.ts';
import type { Stood } from './hindered.ts';
import { NATIVE, roadOf } from './signed.ts';
import { TIMED_OUT } from './silence.ts';

/** In microseconds: whatever is under way to a device has come by then. */
const PATIENCE = 10_000_000;
/** Where nothing was wrong for that long before, it has come by then. */
const SOON = 5_000_000;
const NEVER = Number.POSITIVE_INFINITY;

/** What it goes by. */
export const IDLE_OPS = ['boot', 'off', 'online', 'offline', 'ota/bricked', 'ota/ended'] as const;

interface Standing {
  up: number;
  online: number;
  free: number;
}

/**
 * Since when devices could have taken an offer. Of those that are carried, of those that ask when
 * they like, and of those whose radio may stand still unseen, nobody can say.
 */
export class Idle {
  readonly #devices = new Map<number, Standing>();
  /** When it could have, up to when that was over. */
  readonly #spans = new Map<number, Span[]>();
  /** Since when it could by the time at which it was read back, and that time. */
  readonly #atEnd = new Map<number, { since: number; until: number }>();
  readonly #plan: Plan;
  readonly #stalls: readonly Span[];

  /** `stalls`: when we stood still ourselves. */
  constructor(plan: Plan, stalls: readonly Span[] = []) {
    this.#plan = plan;
    this.#stalls = stalls;
  }

  step(op: string, device: number, t: number): void {
    if (device < 0 || !this.isPlain(device)) return;
    const one = this.#devices.get(device) ?? { up: NEVER, online: NEVER, free: 0 };
    this.#devices.set(device, one);
    const since = Math.max(one.up, one.online, one.free);
    if (op === 'boot') one.up = t;
    else if (op === 'off' || op === 'ota/bricked') Object.assign(one, { up: NEVER, online: NEVER });
    else if (op === 'online') one.online = t;
    else if (op === 'offline') one.online = NEVER;
    else if (op === 'ota/began') one.free = NEVER;
    else if (op === 'ota/ended') one.free = t;
    else if (op === 'ota/read') {
      this.#atEnd.set(device, { since, until: t });
    }
    if (since === NEVER || Math.max(one.up, one.online, one.free) === since) return;
    const spans = this.#spans.get(device) ?? [];
    this.#spans.set(device, spans);
    spans.push({ from: since, to: t });
  }

  /** What it is told, it hears as soon as it is connected. */
  isPlain(device: number): boolean {
    const { devices, entries } = this.#plan;
    const entry = entries[devices[device]?.entry ?? -1];
    const isByMessages = roadOf(this.#plan, device) === NATIVE;
    return !isCarried(this.#plan, device) && entry?.health !== 'real' && isByMessages;
  }

  /** How long we stood still in there. */
  stoodIn(from: number, until: number): number {
    return this.#stalls.reduce(
      (sum, stall) => sum + Math.max(0, Math.min(stall.to, until) - Math.max(stall.from, from)),
      0,
    );
  }

  /** When it could have taken one, from then on and up to that time; in the order of time. */
  spansIn(device: number, from: number, until: number): Span[] {
    const end = this.atEnd(device);
    const last = end === null ? [] : [{ from: end.since, to: end.until }];
    return [...(this.#spans.get(device) ?? []), ...last]
      .map((span) => ({ from: Math.max(span.from, from), to: Math.min(span.to, until) }))
      .filter((span) => span.from < span.to);
  }

  /** Null where it was not read back. */
  atEnd(device: number): { since: number; until: number } | null {
    return this.#atEnd.get(device) ?? null;
  }
}

export interface Untaken extends SteerFlaw {
  device: number;
  attempt: number;
}

const keyOf = ({ device, attempt }: { device: number; attempt: number }): string =>
  `${device} ${attempt}`;

/** How many of its offers devices took. */
export function takenIn({ offers, began }: Campaign): number {
  const taken = new Set(began.map(keyOf));
  return offers.filter((offer) => taken.has(keyOf(offer))).length;
}

export function untakenIn(
  campaign: Campaign,
  { phases }: Plan,
  idle: Idle,
  stood: Pick<Stood, 'downs' | 'faults'>,
): Untaken[] {
  const { plan, offers, settled, began } = campaign;
  const calm = phaseOf(phases, 'settle').from * 1000;
  const givenUp = new Map(
    settled.filter(({ status }) => status === TIMED_OUT).map((one) => [keyOf(one), one.at]),
  );
  const ended = settled.filter(({ status }) => status !== TIMED_OUT);
  const taken = new Set([...ended, ...began].map(keyOf));
  return offers.flatMap((offer): Untaken[] => {
    const { device, attempt, at } = offer;
    const end = idle.atEnd(device);
    if (end === null || taken.has(keyOf(offer))) return [];
    const untilAt = givenUp.get(keyOf(offer));
    if (untilAt !== undefined) {
      const span = { from: scenarioTime(campaign, at), to: scenarioTime(campaign, untilAt) };
      const left = idle.spansIn(device, latestTime(campaign, at), span.to);
      const idled = left.find((one) => isLeft(one, idle, stood));
      if (idled === undefined) return [];
      const after = `given up after ${secondsIn(span)} s, of which its device`;
      const what = `attempt ${attempt} at ${plan.name} is ${after} ${IDLED} ${secondsIn(idled)} s`;
      return [{ device, attempt, t: span.to, what }];
    }
    const from = Math.max(latestTime(campaign, at), calm, end.since);
    if (end.until - from - idle.stoodIn(from, end.until) < PATIENCE) return [];
    const idles = `by a device that ${IDLED} ${secondsIn({ from, to: end.until })} s`;
    const what = `attempt ${attempt} at ${plan.name} is never taken, ${idles}`;
    return [{ device, attempt, t: end.until, what }];
  });
}

const IDLED = 'was idle and online for';

const secondsIn = ({ from, to }: Span): number => Math.round((to - from) / 1_000_000);

/** For long enough, and no fault was about then or shortly before, which might still be felt. */
function isLeft(span: Span, idle: Idle, { downs, faults }: Pick<Stood, 'downs' | 'faults'>) {
  if (span.to - span.from - idle.stoodIn(span.from, span.to) < SOON) return false;
  const felt = { from: span.from - PATIENCE, to: span.to };
  return ![...downs, ...faults].some((one) => overlaps(one, felt));
}
