/**
 * When somebody looks at retained values in the midst of the run: a value that is lost, and written
 * again with the next status, is current again in the end. Drawn from the seed, one instant in each
 * span without a fault, away from its edges, where nobody comes back and writes. No more lanes are
 * looked at than are no load of their own.
 */
import { heldTo, type LookPlan, type Plan, phaseOf, randomStream } from '#kernel';

/** Before a fault a look is over, and after one the fleet is back. */
const BEFORE_FAULT_MS = 2000;
const AFTER_FAULT_MS = 3000;
const LOOKS_MAX = 3;
/** Values that one look reads at most. */
const VALUES_MAX = 2000;

type Laid = Pick<
  Plan,
  'seed' | 'quantumMs' | 'phases' | 'faults' | 'entries' | 'devices' | 'streams' | 'target'
>;

export function planLooks(plan: Laid): LookPlan[] {
  if (!plan.target.offers.includes('retained')) return [];
  const values = valuesByLane(plan);
  const all = [...values.values()].reduce((a, b) => a + b, 0);
  if (all === 0 || (all > VALUES_MAX && !isByLane(plan))) return [];
  const random = randomStream(plan.seed, 'looks');
  const spans = calmSpans(plan);
  while (spans.length > LOOKS_MAX) spans.splice(random.below(spans.length), 1);
  return spans.map(({ from, to }) => {
    const at = Math.floor(random.between(from, to) / plan.quantumMs) * plan.quantumMs;
    const drawn = [...values.keys()].map((lane) => ({ lane, rank: random.unit() }));
    drawn.sort((a, b) => a.rank - b.rank);
    let room = VALUES_MAX;
    const lanes = drawn.flatMap(({ lane }, index) => {
      room -= values.get(lane) ?? 0;
      return index === 0 || room >= 0 ? [lane] : [];
    });
    return { at, lanes: lanes.sort((a, b) => a - b) };
  });
}

/** A topic without its lane can only be read with those of the whole fleet. */
const isByLane = ({ target: { topic } }: Laid): boolean =>
  topic === null || topic.includes('{lane}');

function valuesByLane({ devices, entries, streams }: Laid): Map<number, number> {
  const retained = streams.filter((stream) => stream.retained).map(({ code }) => code);
  const values = new Map<number, number>();
  for (const { lane, entry } of devices) {
    const taken = entries[entry]?.streams.filter((code) => retained.includes(code)).length ?? 0;
    if (taken > 0) values.set(lane, (values.get(lane) ?? 0) + taken);
  }
  return values;
}

/** From the steady phase to the drain, without what is around a fault. */
function calmSpans({ phases, faults, target }: Laid): { from: number; to: number }[] {
  // What is missing is waited for as long as the target may take.
  const beforeMs = heldTo({ target }).retainedWithinMs + BEFORE_FAULT_MS;
  const end = phaseOf(phases, 'drain').from - beforeMs;
  let from = phaseOf(phases, 'steady').from;
  const spans: { from: number; to: number }[] = [];
  for (const fault of [...faults].sort((a, b) => a.from - b.from)) {
    spans.push({ from, to: Math.min(end, fault.from - beforeMs) });
    from = Math.max(from, fault.to + AFTER_FAULT_MS);
  }
  spans.push({ from, to: end });
  return spans.filter((span) => span.to > span.from);
}
