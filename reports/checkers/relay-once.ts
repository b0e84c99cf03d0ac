/**
 * A relay loads what it hands on once, however many ask for it: hardly more than there is, but for
 * what interruptions cost, as long as it keeps it; and it keeps what it has room for.
 */
import { defineChecker } from '../checker.ts';
import { judgeRelays } from '../judging/relay-judge.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'relay-once',
  title: 'Relays load once',
  refs: ['O7'],
  summary: 'What a relay hands on it loads once, however many ask and however it is interrupted.',
  judges: 'always',
  part: 'relay',
  broken: 'fail',
  params: {},
  asks: ['relay'],
  applies: () => true,
  start: (context) =>
    judgeRelays(
      context,
      context.of('relay'),
      ({ served, fetched, loads, turnedAway }, { book, amiss }) => {
        book.figure('served', served);
        book.figure('fetched', fetched);
        for (const { path, bytes, size, cuts, t, isWasteful } of loads) {
          if (!isWasteful) {
            book.kept();
            continue;
          }
          const much = `${formatCount(bytes)} bytes of ${path}, which has ${formatCount(size)}`;
          amiss(t, `loads ${much}, after ${plural(cuts, 'interruption')}`);
        }
        for (const { t, path } of turnedAway)
          amiss(t, `has room for ${path}, and does not keep it`);
      },
    ),
  say: ({ decided, findingCount, figures }) => {
    if (findingCount > 0) {
      return `${formatCount(findingCount)} of ${plural(decided, 'load')} cost too much.`;
    }
    const [served, fetched] = [figures.served ?? 0, figures.fetched ?? 0].map(formatCount);
    return `${served} bytes were handed on, and ${fetched} loaded for that.`;
  },
});
