/** Of the questions on a bus a share is left without an answer that had one before. */
import { pollUsOf } from '../judging/on-bus.ts';
import { innerWindow, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  promised,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { plural } from '../wording.ts';

/** Chance may let it look like less; so much of what was to be expected is enough. */
const ENOUGH = 0.5;
/** Of fewer that were to be expected nobody can tell. */
const LEAST = 4;

export default defineProof({
  kind: 'thinned',
  summary: 'a share of the answers on the bus of its targets is lost',
  link: () => ({}),
  witness: (context) => losses(context),
  read: ({ fault, counted }): Answer[] => {
    const [asked, missed, before] = [counted('asked'), counted('missed'), counted('before')];
    const expected = asked * promised(fault.plan, 'share');
    if (expected < LEAST) return [unseen(`its targets were asked ${asked} times on their bus`)];
    const text = `${plural(missed, 'question')} of about ${Math.round(asked)} were left open`;
    // What the bus loses anyway is as much in a stretch as long before it.
    return [missed - before >= expected * ENOUGH ? yes(text) : no(text)];
  },
});

function losses({ devices, fault, of, plan, timeline, windowsOn }: WitnessContext): Witness {
  const children = of('children');
  const figures = { asked: 0, missed: 0, before: 0 };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = children.of(device);
        const pollUs = story === null ? 0 : pollUsOf(plan, story.gateway);
        if (story === null || pollUs <= 0) continue;
        for (const window of windowsOn(device).map(innerWindow)) {
          const length = window.to - window.from;
          // What is noted of a question is noted when the next one is asked.
          const isOwn = (t: number): boolean =>
            !timeline
              .faultsOn(device)
              .some(
                ({ id, injected, from, to }) =>
                  id !== fault.id && injected && isWithin(t, { from, to: to + 2 * pollUs }),
              );
          const missed = story.misses.filter((t) => isWithin(t, window) && isOwn(t)).length;
          const earlier = { from: window.from - length, to: window.from };
          figures.asked += length / pollUs;
          figures.missed += missed;
          figures.before += story.misses.filter((t) => isWithin(t, earlier) && isOwn(t)).length;
        }
      }
      return figures;
    },
  };
}
