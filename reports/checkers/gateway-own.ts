/**
 * A gateway speaks for its own children and for nobody else: what it brings of others the target
 * refuses, and counts.
 */
import type { Plan } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'gateway-own',
  title: 'Gateways speak for their own',
  refs: ['GW1'],
  summary: 'What a gateway brings of the child of another is refused, and counted.',
  judges: 'always',
  workflow: 'gateway',
  broken: 'fail',
  params: {},
  asks: ['gateway'],
  applies: (plan) => someStray(plan),
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `${plural(figures.strays ?? 0, 'message')} for children of other gateways, all refused.`
      : `${plural(findingCount, 'gateway')} of ${decided} spoke for a child of another.`,
});

const someStray = ({ entries, workflows }: Plan): boolean =>
  workflows.some(({ workflow }) => workflow === 'gateway') &&
  entries.some(({ parts }) =>
    parts.some(({ kind, params }) => kind === 'gateway' && params.strays !== undefined),
  );

type Strays = NonNullable<ReturnType<Oracles['gateway']['of']>>['strays'];
type StrayCount = Strays extends ReadonlyMap<number, infer Count> ? Count : never;

function fold({ plan, timeline, devices, lane, of }: LaneContext): LaneFold {
  const gateways = of('gateway');
  const book = new EvidenceBook();
  const at = timeline.readsOf(lane).beganAt;
  const judge = (gateway: number, child: number, count: StrayCount): void => {
    const { acked, counted } = count;
    const { refused, taken } = counted ?? { refused: 0, taken: 0 };
    const wrong = wrongIn(acked, refused, taken);
    if (wrong === null) return book.kept();
    const [by, whose] = [deviceName(plan, gateway), deviceName(plan, child)];
    const named = gateway < child ? [by, whose] : [whose, by];
    const then = Number.isFinite(at) ? at : 0;
    book.broken(() => finding(`${by} spoke for ${whose}: ${wrong}`, named, then, []));
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = gateways.of(device);
        for (const [child, count] of story?.strays ?? []) {
          book.figure('strays', count.sent);
          if (story?.isRead === true) judge(device, child, count);
          else book.doubt('the counts of the target were not read');
        }
      }
      return book.close();
    },
  };
}

function wrongIn(acked: number, refused: number, taken: number): string | null {
  if (taken > 0) return `${plural(taken, 'message')} of it ${taken === 1 ? 'was' : 'were'} taken`;
  if (refused < acked) return `${acked} were acknowledged, and ${refused} counted as refused`;
  return null;
}
