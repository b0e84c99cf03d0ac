/**
 * M1: what the target acknowledged at QoS 1 or 2 and owes must be there at the end: in its store
 * where it keeps one, seen by an observer where it does not, in the device's hands for a command.
 */
import { STREAM } from '#oracles';
import { defineChecker } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { someMessageAt } from '../judging/planned.ts';
import {
  deviceName,
  finding,
  inSeconds,
  messageEvents,
  messageName,
  ms,
} from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'no-acked-loss',
  title: 'Nothing acknowledged is lost',
  refs: ['M1'],
  summary: 'Every message acknowledged at QoS 1 or 2, and owed, is there at the end.',
  judges: 'always',
  broken: 'fail',
  params: {},
  applies: (plan) => someMessageAt(plan, (qos) => qos > 0),
  start: ({ plan, timeline, delivery }) => ({
    ops: [],
    end: () => {
      const book = new EvidenceBook();
      delivery.each((message) => {
        if (message.standing === 'none') return;
        if (message.standing === 'not-owed') return book.figure(`not owed: ${message.why}`);
        if (message.standing === 'undecided') {
          book.figure(`undecided: ${message.why}`);
          return book.doubt();
        }
        if (message.fate === 'delivered') return book.kept();
        book.broken(() => {
          const command = message.stream === STREAM.command;
          const kept = plan.target.keepsTelemetry && message.stream !== STREAM.status;
          const never = command ? 'never received' : kept ? 'never stored' : 'never delivered';
          return finding(
            `${messageName(plan, message)}, acknowledged at ${inSeconds(message.ackedAt)}, ${never}`,
            [deviceName(plan, message.device)],
            message.ackedAt,
            [
              ...messageEvents(plan, message),
              { t: ms(timeline.end), who: 'target', what: `at the end: ${never}` },
            ],
          );
        });
      });
      return book.close();
    },
  }),
  say: ({ findingCount, decided, figures }) => {
    const said =
      findingCount === 0
        ? `All ${formatCount(decided)} acknowledged messages that are owed arrived.`
        : `${plural(findingCount, 'acknowledged message')} of ${formatCount(decided)} never arrived.`;
    return [said, ...excuses(figures)].join(' ');
  },
});

/** Why the rest was not owed, or could not be decided: "12 not owed: …". */
const excuses = (figures: Readonly<Record<string, number>>): string[] =>
  Object.keys(figures)
    .filter((name) => name.startsWith('not owed: ') || name.startsWith('undecided: '))
    .sort()
    .map((name) => `${formatCount(figures[name] ?? 0)} ${name}.`);
