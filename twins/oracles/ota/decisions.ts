/**
 * Whether each wave was decided when it was due, by what the target says itself of how attempts
 * ended: passed as soon as enough have it and nothing is paused, halted as soon as too many have
 * failed for good, as soon as too few are left, or when its time is up; and by the figures of that
 * instant. What ends in the same instant may or may not be among them.
 */
import {
  type Campaign,
  type GateSeen,
  latestTime,
  overAt,
  pausesOf,
  ROUNDED_MS,
  type SteerFlaw,
  scenarioTime,
  soonestTime,
  targetTime,
  tryOf,
} from './campaign.ts';
import { mayWait, type Stood } from './hindered.ts';

const WHOLE = 1_000_000;
const NEVER = Number.POSITIVE_INFINITY;

/** The endings of one wave that count, by the target's clock. */
interface Ends {
  confirmed: number[];
  failed: number[];
  unwell: number[];
}

const NONE: Ends = { confirmed: [], failed: [], unwell: [] };

export function gateFlaws(campaign: Campaign, stood: Stood): SteerFlaw[] {
  const { gates, plan, sizes } = campaign;
  const over = overAt(campaign).at;
  // Of what it did later nobody knows whether it was read.
  const readAt = soonestTime(campaign, campaign.readAt / 1000);
  const flaws: SteerFlaw[] = [];
  const note = (at: number, wave: number, what: string): void => {
    const name = `the gate of wave ${wave + 1} of ${plan.name}`;
    flaws.push({ device: null, t: scenarioTime(campaign, at), what: `${name} ${what}` });
  };
  const byWave = endsOf(campaign, over);
  const stirs = stirsOf(campaign);
  const mayBeLate = (from: number, to: number): boolean => {
    const due = { from: scenarioTime(campaign, from), to: latestTime(campaign, from) };
    return mayWait(due, (to - from) * 1000, stood) && !isBetween(stirs, from, to);
  };
  let opened = campaign.begunAt ?? 0;
  for (const wave of sizes.keys()) {
    const ends = byWave[wave] ?? NONE;
    const due = dueOf(campaign, wave, ends, opened);
    const passed = gates.find((gate) => gate.wave === wave && gate.passed);
    const halted = gates.find((gate) => gate.wave === wave && !gate.passed);
    for (const gate of [passed, halted]) {
      const isSeen = gate !== undefined && gate.at < readAt - ROUNDED_MS;
      const what = !isSeen ? null : (miscount(gate, ends) ?? untimely(gate, due, mayBeLate));
      if (isSeen && what !== null) note(gate.at, wave, what);
    }
    if (passed === undefined && halted === undefined) {
      const passes = due.reached < due.timeUp - ROUNDED_MS ? due.passes : NEVER;
      const first = Math.min(passes, due.fails);
      const until = Math.min(over, readAt) - ROUNDED_MS;
      if (first < until) note(first, wave, 'is due and not decided');
      // Enough had it before, and soak; or its time was up in that very instant.
      else if (due.reached > due.timeUp + ROUNDED_MS && due.timeUp < until) {
        const isLate = mayBeLate(due.timeUp, until);
        if (!isLate) note(due.timeUp, wave, 'is not halted when its time is up');
      }
    }
    for (const [t, what] of [
      [due.errs, 'failures'],
      [due.ills, 'devices that are not well'],
    ] as const) {
      const isDue = t < over - ROUNDED_MS && halted === undefined;
      if (isDue) note(t, wave, `has too many ${what}, and nothing is halted`);
    }
    if (passed === undefined) break;
    opened = passed.at;
  }
  return flaws;
}

interface Due {
  /** Enough have it. */
  reached: number;
  /** And had it for long enough, and it is not paused. */
  passes: number;
  /** By a timer, so that it may be away by then. */
  soaks: boolean;
  /** Too few are left. */
  fails: number;
  /** More have failed than may. */
  errs: number;
  /** More of those who have it are unwell than may. */
  ills: number;
  timeUp: number;
}

function dueOf(campaign: Campaign, wave: number, ends: Ends, opened: number): Due {
  const { gate, window } = campaign.plan;
  const size = campaign.sizes[wave] ?? 0;
  const needed = Math.ceil((size * gate.success) / WHOLE);
  const from = Math.max(opened, window === undefined ? 0 : targetTime(campaign, window.from));
  const reached = needed === 0 ? opened : (ends.confirmed[needed - 1] ?? NEVER);
  const mostOf = (share: number | undefined): number =>
    share === undefined ? size : Math.floor((size * share) / WHOLE);
  const pauses = pausesOf(campaign);
  // It stands still in a pause.
  const lasting = (since: number, forMs: number): number =>
    pauses.reduce(
      (t, { from: a, to }) => (t > a ? t + Math.max(0, to - Math.max(a, since)) : t),
      since + forMs,
    );
  return {
    reached,
    passes: pauses.reduce(
      (t, { from: a, to }) => (t >= a && t < to ? to : t),
      lasting(reached, gate.soakMs ?? 0),
    ),
    soaks: gate.soakMs !== undefined,
    fails: ends.failed[size - needed] ?? NEVER,
    errs: ends.failed[mostOf(gate.errors)] ?? NEVER,
    ills: ends.unwell[mostOf(gate.unwell)] ?? NEVER,
    timeUp: lasting(from, gate.withinMs),
  };
}

function untimely(
  { passed, at }: GateSeen,
  { reached, passes, soaks, fails, errs, ills, timeUp }: Due,
  mayBeLate: (from: number, to: number) => boolean,
): string | null {
  if (passed) {
    if (reached >= timeUp + ROUNDED_MS) return 'is passed after its time was up';
    const isLate = soaks && at > passes && mayBeLate(passes, at);
    return isAt(at, passes) || isLate ? null : 'is not passed in the instant in which it is due';
  }
  const first = Math.min(errs, fails, ills);
  if (at > first + ROUNDED_MS) return 'is not halted in the instant in which too many have failed';
  // Whatever was decided after that, its time was up before.
  const isOver = Math.min(at, reached) > timeUp + ROUNDED_MS;
  if (isOver && !mayBeLate(timeUp, at)) return 'is not halted when its time is up';
  const isDue = isAt(at, first) || Math.min(at, reached) >= timeUp - ROUNDED_MS;
  return isDue ? null : 'is halted before its time was up';
}

/** When the target did anything at all: whatever was due by then, it did before. */
const stirsOf = ({ offers, settled, unwell, moves, gates }: Campaign): number[] =>
  [...offers, ...settled, ...unwell, ...moves, ...gates].map(({ at }) => at);

const isBetween = (times: readonly number[], from: number, to: number): boolean =>
  times.some((t) => t > from + ROUNDED_MS && t < to - ROUNDED_MS);

const isAt = (at: number, due: number): boolean => Math.abs(at - due) <= ROUNDED_MS;

function miscount({ at, confirmed, failed, unwell }: GateSeen, ends: Ends): string | null {
  const isOff = (count: number, times: readonly number[]): boolean =>
    count < times.filter((t) => t < at - ROUNDED_MS).length ||
    count > times.filter((t) => t <= at + ROUNDED_MS).length;
  if (isOff(confirmed, ends.confirmed)) return 'counts others than have ended with it';
  if (isOff(failed, ends.failed)) return 'counts others than have failed';
  return isOff(unwell, ends.unwell) ? 'counts others than are not well' : null;
}

/** Of each wave; what failed counts once it is not tried again, as no job that was rejected is. */
function endsOf(campaign: Campaign, over: number): Ends[] {
  const { plan, waves, settled, sizes, unwell, rejected } = campaign;
  const byWave = sizes.map((): Ends => ({ confirmed: [], failed: [], unwell: [] }));
  for (const { device, at } of [...unwell].sort((a, b) => a.at - b.at)) {
    byWave[waves.get(device) ?? -1]?.unwell.push(at);
  }
  const seen = new Set<number>();
  for (const { device, attempt, status, at } of [...settled].sort((a, b) => a.at - b.at)) {
    const ends = byWave[waves.get(device) ?? -1];
    const isRejected = status === 'failed' && rejected.has(tryOf(device, attempt));
    const isLast = attempt >= plan.tries || isRejected || at >= over - ROUNDED_MS;
    const isForGood = status === 'confirmed' || isLast;
    if (ends === undefined || status === 'aborted' || !isForGood || seen.has(device)) continue;
    seen.add(device);
    ends[status === 'confirmed' ? 'confirmed' : 'failed'].push(at);
  }
  return byWave;
}
