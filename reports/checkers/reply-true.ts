/**
 * MQTT 5, 4.10: a command that asks for a reply says what the answer shall repeat, its correlation
 * data, and a target passes that on unaltered in both directions (MQTT-3.3.2-16). Whether an answer
 * came at all is judged like of any message.
 */
import { isCarried, type LedgerEntry } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'reply-true',
  title: 'An answer repeats what its command said',
  refs: [],
  summary: 'The answer to a command that asks for a reply carries the correlation data of that.',
  judges: 'always',
  stream: 'asksReply',
  broken: 'fail',
  params: {},
  asks: [],
  applies: (plan) => plan.streams.some(({ asksReply }) => asksReply === true),
  start: (context) => replyFold(context),
  say: ({ decided, findingCount }) => {
    const broken = `${plural(findingCount, 'answer')} of ${formatCount(decided)} did not`;
    return findingCount === 0
      ? `${plural(decided, 'answer')} repeated what the command had said.`
      : `${broken} repeat what the command had said.`;
  },
});

function replyFold({ plan }: LaneContext): LaneFold {
  const book = new EvidenceBook();
  return {
    ops: ['replied'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'replied') return;
      const { t, device, stream, n, repeats } = entry;
      if (isCarried(plan, device)) return book.notOwed('its gateway answered in its stead');
      if (repeats) return book.kept();
      book.broken(() => {
        const [id, noun] = [deviceName(plan, device), messageNoun(plan, stream, n)];
        const event = {
          t: ms(t),
          who: 'observer',
          what: `got ${noun} with other correlation data`,
        };
        return finding(`${id}, ${noun}, did not repeat what its command had said`, [id], t, [
          event,
        ]);
      });
    },
    end: () => book.close(),
  };
}
