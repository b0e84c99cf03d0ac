/**
 * The target itself: killed, gone for somebody, accepting again. That it was told to die proves
 * nothing, and neither does a connection that only its start took away: whoever noticed did so
 * before.
 */
import { type FaultWindow, isPlannedEnd, type Span, type Timeline } from '#oracles';
import { closings, EDGE_US, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  type Sight,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatSpan, plural } from '../wording.ts';

export default defineProof({
  kind: 'target-down',
  summary: 'the target is killed, somebody notices, and it accepts again',
  link: () => ({
    carries: { up: false, down: false },
    ends: true,
    refuses: true,
    forgets: 'target',
  }),
  witness: (context) => cutOff(context),
  read: (sight) => [askAll(sight)],
});

interface Death {
  killedAt: number;
  /** From the kill until somebody began to start it again. */
  dead: Span;
  /** When it accepted again; null when it never did. */
  backAt: number | null;
}

function deathIn(timeline: Timeline, { from, to }: FaultWindow): Death | null {
  const first = (text: string, after: number): number | null =>
    timeline.target.find((one) => one.text === text && one.t >= after)?.t ?? null;
  const killedAt = first('killed', from - EDGE_US);
  if (killedAt === null || killedAt > to) return null;
  const backAt = first('accepting', killedAt);
  const startedAt = first('started', killedAt) ?? backAt ?? timeline.end;
  return { killedAt, dead: { from: killedAt, to: startedAt }, backAt };
}

/** Who lost or failed to get a connection while it was dead, for no other reason. */
function cutOff({ timeline, fault, isExplained }: WitnessContext): Witness {
  const cut = new Set<number>();
  const death = deathIn(timeline, fault);
  return {
    ops: ['offline', 'connect-failed'],
    step: (entry) => {
      if (entry.op !== 'offline' && entry.op !== 'connect-failed') return;
      if (death === null || isPlannedEnd(entry.why) || !isWithin(entry.t, death.dead)) return;
      if (!isExplained(entry.device, entry.t)) cut.add(entry.device);
    },
    end: () => ({ cut: cut.size }),
  };
}

/** The target has no cohort: every probe and every device is its witness. */
function askAll({ everyProbe, fault, noticed, counted, timeline }: Sight): Answer {
  const death = deathIn(timeline, fault);
  if (death === null) return no('the target was not killed');
  const { killedAt, dead, backAt } = death;
  const gone = { from: killedAt, to: (backAt ?? timeline.end) + EDGE_US };
  const probesIn = (span: Span): number =>
    [...everyProbe()].reduce((sum, seen) => sum + closings(seen, span), 0);
  const refusing = timeline.target.some(({ t, text }) => text === 'refusing' && isWithin(t, dead));
  if (!refusing && counted('cut') === 0 && probesIn(dead) === 0) {
    return no('the target was killed and nobody noticed before it was started again');
  }
  if (backAt === null) return unseen('the target was killed and never accepted again');
  const seconds = formatSpan((backAt - killedAt) / 1000);
  const who = `${plural(noticed, 'device')} and ${plural(probesIn(gone), 'probe')}`;
  return yes(`the target was gone for ${seconds}: ${who} refused or cut off`);
}
