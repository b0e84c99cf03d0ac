/** Children answer nothing on their bus while it acts, and their gateway takes nothing in. */
import type { Oracles } from '#oracles';
import { innerWindow, isWithin } from '../judging/probe-sightings.ts';
import {
  type Answer,
  defineProof,
  no,
  unseen,
  type Witness,
  type WitnessContext,
  yes,
} from '../proof.ts';
import { formatCount, plural } from '../wording.ts';

/** Of the targets that were asked, so many must have been silent. */
const SILENT_SHARE = 0.95;

export default defineProof({
  kind: 'unanswered',
  summary: 'targets leave every question on their bus open, and answer again afterwards',
  link: () => ({ carries: { up: false, down: false } }),
  witness: (context) => silences(context),
  read: ({ counted }): Answer[] => {
    const [asked, silent] = [counted('asked'), counted('silent')];
    if (asked === 0) return [unseen('none of its targets was asked on its bus')];
    const who = `${formatCount(silent)} of ${plural(asked, 'target')}`;
    const text = `${who} left every question on the bus open`;
    return [silent >= asked * SILENT_SHARE ? yes(text) : no(text)];
  },
});

type Story = NonNullable<ReturnType<Oracles['children']['of']>>;

function silences({ devices, of, windowsOn }: WitnessContext): Witness {
  const children = of('children');
  const gatewayLife = of('connections');
  return {
    ops: [],
    end: () => {
      const figures = { asked: 0, silent: 0 };
      for (const device of devices) {
        const story = children.of(device);
        const windows = windowsOn(device).map(innerWindow);
        if (story === null || windows.length === 0) continue;
        const told = windows.map((window) => silenceIn(story, window));
        const wasOff = windows.some((window) =>
          gatewayLife.of(story.gateway).offs.some(({ t }) => isWithin(t, window)),
        );
        // A gateway without power asks nobody.
        if (wasOff && told.every((one) => one !== 'silent')) continue;
        figures.asked++;
        if (told.every((one) => one === 'silent')) figures.silent++;
      }
      return figures;
    },
  };
}

/** What is noted of a question is noted when the next one is asked. */
function silenceIn(
  { misses, answers, taken }: Story,
  window: { from: number; to: number },
): 'silent' | 'answered' {
  const missed = misses.filter((t) => isWithin(t, window));
  const since = missed[0] ?? Number.POSITIVE_INFINITY;
  const spoke = [...answers, ...taken.map(({ t }) => t)].some((t) => t > since && t <= window.to);
  return missed.length > 0 && !spoke ? 'silent' : 'answered';
}
