/** Everything takes longer, both ways: round trips of probes rise by twice the one-way delay. */
import type { FaultWindow } from '#oracles';
import { heldUpMs, type Seen } from '../judging/beside.ts';
import { noticedAside } from '../judging/noticed.ts';
import { EDGE_US, isWithin, medianOf, steadySpan } from '../judging/probe-sightings.ts';
import { type Answer, defineProof, no, promised, type Sight, unseen, yes } from '../proof.ts';
import { formatCount } from '../wording.ts';

/** Of the promised delay, so much must be seen. */
const DELAY_SHARE = 0.8;

export default defineProof({
  kind: 'delayed',
  summary: 'round trips take longer by the promised delay',
  link: ({ proof }) => {
    const mostMs = 2 * (Number(proof.delayMs) + Number(proof.jitterMs ?? 0));
    return { later: { quickestMs: mostMs, anyMs: mostMs } };
  },
  read: (sight) => {
    const { fault, plan, probes, timeline } = sight;
    const delayMs = promised(fault.plan, 'delayMs');
    const steady = steadySpan(timeline, plan);
    const inner = { from: fault.from + EDGE_US, to: fault.to };
    const answers = probes.map((sightings): Answer => {
      const pongs = sightings.filter((one) => one.text === 'pong');
      const before = pongs.filter((one) => steady !== null && isWithin(one.t - one.b, steady));
      const during = pongs.filter((one) => isWithin(one.t - one.b, inner) && one.t <= fault.to);
      const base = medianOf(before.map((one) => one.b));
      if (base === null) return unseen('no probe was answered in the steady phase');
      if (during.some(({ beside }) => beside !== undefined)) {
        return amongOthers(during, base, fault);
      }
      const slow = medianOf(during.map((one) => one.b));
      if (slow === null) return unseen('no probe was answered during it');
      const extraMs = (slow - base) / 1000;
      const text = riseOf(extraMs, delayMs);
      if (extraMs >= delayMs * 2 * DELAY_SHARE) return yes(text);
      return tellOf(during, base, sight);
    });
    return [...answers, ...noticedAside(sight)];
  },
});

/**
 * The heal lets go of whatever is on its way, so what comes with it waited at least so long. Those
 * answers tell that had the time to come before. Where none had, what was let go waited longer than
 * any that came by itself.
 */
function tellOf(during: readonly Seen[], base: number, { fault, inner }: Sight): Answer {
  const delayMs = promised(fault.plan, 'delayMs');
  const whole = during.filter((one) => one.t - one.b + fullUs(fault, base) <= fault.to);
  const asked = whole.length > 0 ? whole : during;
  const told = whole.length > 0 ? whole : during.filter(({ t }) => t <= inner.to);
  const slow = medianOf(asked.map((one) => (told.includes(one) ? one.b : Infinity)));
  if (slow === null || slow === Infinity) return unseen('it healed before most answers came');
  const extraMs = (slow - base) / 1000;
  const text = riseOf(extraMs, delayMs);
  return extraMs >= delayMs * 2 * DELAY_SHARE ? yes(text) : tooQuick(text, told, { base, fault });
}

/** How long a round trip takes at most. */
const fullUs = ({ plan }: FaultWindow, base: number): number =>
  2 * (promised(plan, 'delayMs') + Number(plan.proof.jitterMs ?? 0)) * 1000 + base;

/** So many answers are enough to judge by them alone. */
const ENOUGH = 5;

/**
 * They waited too short in the median. Of a few answers that says little, as jitter may make each
 * of them quick: then all must have been quicker than it lets through.
 */
function tooQuick(
  text: string,
  told: readonly Seen[],
  { base, fault }: { base: number; fault: FaultWindow },
): Answer {
  const slowest = Math.max(...told.map(({ b }) => b - base));
  return told.length >= ENOUGH || slowest / 1000 < leastMs(fault)
    ? no(text)
    : unseen('too few probes were answered to tell');
}

/** What the quickest answer must wait longer. */
const leastMs = ({ plan }: FaultWindow): number =>
  2 * Math.max(0, promised(plan, 'delayMs') - Number(plan.proof.jitterMs ?? 0)) * DELAY_SHARE;

/**
 * Where other faults slowed answers as well: most answers, or else the quickest of them, waited
 * longer than all others can explain; or in the median they waited too short even so.
 */
function amongOthers(during: readonly Seen[], base: number, fault: FaultWindow): Answer {
  const { plan, to } = fault;
  const delayMs = promised(plan, 'delayMs');
  const others = (one: Seen, least: 'any' | 'quickest'): number =>
    heldUpMs(one.beside ?? [], least) * 1000;
  // What is on its way when the fault heals comes at once.
  const endUs = (one: Seen): number => one.t - one.b + fullUs(fault, base) + others(one, 'any');
  const whole = during.filter((one) => endUs(one) <= to);
  const alone = whole.filter(({ beside }) => beside === undefined);
  const told = alone.length >= ENOUGH ? alone : whole;
  const slow = medianOf(told.map(({ b }) => b));
  if (slow === null) return unseen('no probe was answered during it');
  const extraMs = (slow - base) / 1000;
  const wantedMs = delayMs * 2 * DELAY_SHARE;
  const text = riseOf(extraMs, delayMs);
  if (extraMs < wantedMs) return tooQuick(text, told, { base, fault });
  if (told === alone) return yes(text);
  const most = medianOf(told.map((one) => one.b - base - others(one, 'any'))) ?? 0;
  const quickest = Math.min(...told.map((one) => one.b - base - others(one, 'quickest')));
  const least = leastMs(fault);
  const isOwn = most / 1000 >= wantedMs || (least > 0 && quickest / 1000 >= least);
  return isOwn
    ? yes(`${text}, more than other faults explain`)
    : unseen('other faults slowed what was answered');
}

const riseOf = (extraMs: number, delayMs: number): string =>
  `probe round trips rose by ${said(extraMs)} ms in the median (wanted ${said(delayMs * 2)} ms)`;

const said = (ms: number): string => formatCount(Math.round(ms));
