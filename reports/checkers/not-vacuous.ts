/**
 * X2: the run did what it set out to do. A fleet that never sent a message breaks no promise
 * either; such a run is invalid, since it could not have shown anything.
 */
import type { LedgerEntry, OpName, Plan } from '#kernel';
import { defineChecker } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { someDevice, someMessageOf, somethingSent } from '../judging/planned.ts';
import { finding, goesDown } from '../judging/witness.ts';
import { plural, pluralOf } from '../wording.ts';

/** What the plan asks for, and the figure that must then not be zero. */
interface Condition {
  figure: string;
  text: string;
}

function conditionsOf(plan: Plan): Condition[] {
  const some = somethingSent(plan);
  return [
    { figure: 'online', text: 'no device ever came online' },
    ...(some ? [{ figure: 'sent', text: 'no device sent anything' }] : []),
    ...(some ? [{ figure: 'seen', text: 'nothing was delivered' }] : []),
    ...(someDevice(plan, ({ qos }) => qos > 0)
      ? [
          {
            figure: 'acked',
            text: 'nothing was acknowledged although QoS 1 or 2 was planned',
          },
        ]
      : []),
    ...plan.streams
      .filter((stream) => stream.way === 'down' && someMessageOf(plan, stream))
      .flatMap(({ code, noun }) => [
        {
          figure: `sent/${code}`,
          text: `no ${noun} was sent although ${pluralOf(noun)} were planned`,
        },
        {
          figure: `got/${code}`,
          text: `no device received a ${noun} although ${pluralOf(noun)} were planned`,
        },
      ]),
    ...plan.streams
      .filter(
        ({ code, way, retained }) =>
          retained && way === 'up' && someDevice(plan, ({ streams }) => streams.includes(code)),
      )
      .map(({ code, noun }) => ({
        figure: `sent/${code}`,
        text: `no ${noun} was published although retained ${noun} was planned`,
      })),
  ];
}

const OPS: readonly OpName[] = ['online', 'sent', 'acked', 'observed', 'stored', 'received'];

/** The figures that an entry proves not to be zero. */
function figuresOf(plan: Plan, entry: LedgerEntry): string[] {
  switch (entry.op) {
    case 'online':
      return ['online'];
    case 'received':
      return [`got/${entry.stream}`];
    case 'observed':
    case 'stored':
      return goesDown(plan, entry) ? [] : ['seen'];
    case 'sent':
    case 'acked': {
      return [`${entry.op}/${entry.stream}`, ...(goesDown(plan, entry) ? [] : [entry.op])];
    }
    default:
      return [];
  }
}

export default defineChecker({
  kind: 'not-vacuous',
  title: 'The run did something',
  refs: ['X2'],
  summary: 'Every kind of operation that the plan holds occurred at least once.',
  judges: 'always',
  broken: 'invalid',
  params: {},
  applies: () => true,
  start: ({ plan }) => {
    const book = new EvidenceBook();
    const seen = new Set<string>();
    return {
      ops: OPS,
      step: (entry) => {
        for (const figure of figuresOf(plan, entry)) {
          if (seen.has(figure)) continue;
          seen.add(figure);
          book.figure(figure);
        }
      },
      end: () => book.close(),
    };
  },
  conclude: (merged, { plan, timeline }) => {
    const book = new EvidenceBook();
    for (const { figure, text } of conditionsOf(plan)) {
      if ((merged.figures[figure] ?? 0) > 0) book.kept();
      else book.broken(() => finding(text, [], timeline.end, []));
    }
    return addEvidence(merged, book);
  },
  say: ({ obligations, findingCount }) =>
    findingCount === 0
      ? `All ${plural(obligations, 'kind')} of operation in the plan occurred.`
      : `${plural(findingCount, 'kind')} of operation in the plan never occurred.`,
});
