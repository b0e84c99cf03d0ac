/** What a relay has in its flash is what it was given, byte for byte, whatever interrupted it. */
import { defineChecker } from '../checker.ts';
import { judgeRelays } from '../judging/relay-judge.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'relay-true',
  title: 'Relays hand on what they were given',
  refs: ['O7'],
  summary: 'What a relay keeps and hands on is, byte for byte, what the platform has.',
  judges: 'always',
  part: 'relay',
  broken: 'fail',
  params: {},
  asks: ['relay'],
  applies: () => true,
  start: (context) =>
    judgeRelays(context, context.of('relay'), ({ wholes }, { book, amiss }) => {
      for (const { path, t, isTrue } of wholes) {
        if (isTrue === null) book.doubt('nobody can tell what should be under its path');
        else if (isTrue) book.kept();
        else amiss(t, `keeps something else under ${path} than the platform has there`);
      }
    }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `${plural(decided, 'image')} in relays ${decided === 1 ? 'is' : 'are'} what it should be.`
      : `${formatCount(findingCount)} of ${plural(decided, 'image')} in relays are something else.`,
});
