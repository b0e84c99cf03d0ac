/**
 * Children hang without falling silent. Those that repeat themselves say the very same in all their
 * readings; those that are late are not heard before so long after the time of the reading; of
 * those that are busy no reading is heard before it is over.
 */
import { dueAt, type Plan, streamOf } from '#kernel';
import type { Oracles, Span } from '#oracles';
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
import { formatSpan, plural } from '../wording.ts';

/** The first readings that are alike are told apart from none. */
const FIRST_ALIKE = 3;
const STUCK_SHARE = 0.95;

export default defineProof({
  kind: 'stuck',
  summary: 'targets repeat their last reading on the bus, are heard late, or say nothing',
  link: ({ proof }) => ({
    later: { quickestMs: Number(proof.lateMs ?? 0), anyMs: Number(proof.lateMs ?? 0) },
  }),
  witness: (context) => hangs(context),
  read: ({ fault, counted }): Answer[] => {
    const lateMs = promised(fault.plan, 'lateMs');
    const [heard, stuck] = [counted('heard'), counted('stuck')];
    if (heard === 0) return [unseen('too little was heard of its targets')];
    const late = lateMs > 0 ? `came ${formatSpan(lateMs)} late or more` : 'said the same again';
    const how = fault.plan.proof.busy === true ? 'were not heard while it lasted' : late;
    const text = `${plural(stuck, 'reading')} of ${heard} ${how}`;
    return [stuck >= heard * STUCK_SHARE ? yes(text) : no(text)];
  },
});

type Heard = NonNullable<ReturnType<Oracles['children']['of']>>;
type Taken = Heard['taken'][number];

/** How many readings of a device are due in a stretch of time. */
function dueIn(plan: Plan, device: number, { from, to }: Span): number {
  const readings = plan.streams.find(({ schedule }) => schedule.by === 'sampling');
  if (readings === undefined) return 0;
  const [first, second] = [0, 1].map((n) => (dueAt(plan, readings, device, n) ?? 0) * 1000);
  if (first === undefined || second === undefined || second <= first) return 0;
  const upTo = (t: number): number => Math.max(0, Math.floor((t - first) / (second - first)) + 1);
  return upTo(to) - upTo(from);
}

/**
 * Who is silent leaves questions open and is not busy. A bus that loses answers leaves some open
 * too, but of who is there it brings others.
 */
function wasSilent({ misses, answers }: Heard, window: Span, pollUs: number): boolean {
  const open = misses.filter((t) => isWithin(t, window)).length;
  if (open === 0 || answers.some((t) => isWithin(t, window))) return false;
  return 2 * open * pollUs >= window.to - window.from || pollUs === 0;
}

function hangs({ devices, fault, of, plan, windowsOn }: WitnessContext): Witness {
  const children = of('children');
  const lateUs = 1000 * promised(fault.plan, 'lateMs');
  const isBusy = fault.plan.proof.busy === true;
  const dueUs = ({ stream, n }: Taken, device: number): number | null => {
    const known = streamOf(plan, stream);
    const due = known?.schedule.by === 'sampling' ? dueAt(plan, known, device, n) : null;
    return due === null ? null : due * 1000;
  };
  return {
    ops: [],
    end: () => {
      const figures = { heard: 0, stuck: 0 };
      for (const device of devices) {
        const story = children.of(device);
        const pollUs = story === null ? 0 : pollUsOf(plan, story.gateway);
        for (const window of story === null ? [] : windowsOn(device).map(innerWindow)) {
          // What is due in the last round may be asked for when it is over.
          const asked = { from: window.from, to: window.to - (lateUs > 0 || isBusy ? pollUs : 0) };
          const readings = (story?.taken ?? []).flatMap((one) => {
            const due = dueUs(one, device);
            return due !== null && isWithin(due, asked) ? [{ ...one, due }] : [];
          });
          if (isBusy) {
            const isSilent = story !== null && wasSilent(story, window, pollUs);
            const due = dueIn(plan, device, asked);
            const inside = readings.filter(({ t }) => t <= window.to).length;
            figures.heard += due;
            figures.stuck += isSilent ? 0 : Math.max(0, due - inside);
            continue;
          }
          if (lateUs > 0) {
            figures.heard += readings.length;
            figures.stuck += readings.filter(({ t, due }) => t - due >= lateUs).length;
            continue;
          }
          // Alike are told from the third on; the first of them may be the one before.
          const heard = readings.filter(({ t }) => isWithin(t, window)).length - FIRST_ALIKE;
          const alike = (story?.alike ?? []).filter((t) => isWithin(t, window)).length;
          figures.heard += Math.max(0, heard);
          figures.stuck += heard > 0 ? Math.min(heard, alike) : 0;
        }
      }
      return figures;
    },
  };
}
