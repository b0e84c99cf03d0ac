/**
 * X2: the run did what it set out to do. A fleet that never sent a message breaks no promise
 * either; such a run is invalid, since it could not have shown anything.
 */
import { type OpName, type Plan, scheduledCount } from '#kernel';
import { STREAM } from '#oracles';
import { defineChecker } from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { someCommand, someDevice } from '../judging/planned.ts';
import { finding } from '../judging/witness.ts';
import { plural } from '../wording.ts';

interface Condition {
  /** The figure that must not be zero. */
  figure: string;
  text: string;
  isPlanned(plan: Plan): boolean;
}

const always = (): boolean => true;

const CONDITIONS: readonly Condition[] = [
  { figure: 'online', text: 'no device ever came online', isPlanned: always },
  {
    figure: 'sent',
    text: 'no device sent anything',
    isPlanned: (plan) => plan.devices.some((device) => scheduledCount(plan, device) > 0),
  },
  {
    figure: 'seen',
    text: 'nothing was delivered',
    isPlanned: (plan) => plan.devices.some((device) => scheduledCount(plan, device) > 0),
  },
  {
    figure: 'acked',
    text: 'nothing was acknowledged although QoS 1 or 2 was planned',
    isPlanned: (plan) => someDevice(plan, ({ qos }) => qos > 0),
  },
  {
    figure: 'commanded',
    text: 'no command was sent although commands were planned',
    isPlanned: someCommand,
  },
  {
    figure: 'obeyed',
    text: 'no device received a command although commands were planned',
    isPlanned: someCommand,
  },
  {
    figure: 'status',
    text: 'no status was published although retained status was planned',
    isPlanned: (plan) => someDevice(plan, ({ retainStatus }) => retainStatus),
  },
];

const OPS: readonly OpName[] = ['online', 'sent', 'acked', 'observed', 'stored', 'received'];

export default defineChecker({
  kind: 'not-vacuous',
  title: 'The run did something',
  refs: ['X2'],
  summary: 'Every kind of operation that the plan holds occurred at least once.',
  judges: 'always',
  broken: 'invalid',
  params: {},
  applies: always,
  start: () => {
    const book = new EvidenceBook();
    const seen = new Set<string>();
    const once = (figure: string): void => {
      if (seen.has(figure)) return;
      seen.add(figure);
      book.figure(figure);
    };
    return {
      ops: OPS,
      step: ({ op, stream }) => {
        if (op === 'online') once('online');
        else if (op === 'received') once('obeyed');
        else if (op === 'observed' || op === 'stored') once('seen');
        else if (stream === STREAM.command) once(op === 'sent' ? 'commanded' : 'command-acked');
        else {
          once(op);
          if (op === 'sent' && stream === STREAM.status) once('status');
        }
      },
      end: () => book.close(),
    };
  },
  conclude: (merged, plan, timeline) => {
    const book = new EvidenceBook();
    for (const { figure, text, isPlanned } of CONDITIONS) {
      if (!isPlanned(plan)) continue;
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
