/**
 * Differences lead to the truth: each is taken from a sample that the target has acknowledged, one
 * goes whole as often as declared and after each connect, and what the target has made of them is
 * no further from what was measured than half a step.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'delta-true',
  title: 'Differences lead to the truth',
  refs: [],
  summary: 'A series rebuilt from differences is what was measured, to half a step.',
  judges: 'always',
  part: 'delta',
  broken: 'fail',
  params: {},
  asks: ['delta'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const samples = plural(decided, 'sample');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} in ${samples}.`;
    const [differences, rebuilt] = [figures.differences ?? 0, figures.rebuilt ?? 0];
    const read = `${formatCount(rebuilt)} were read back and are what was measured`;
    return `${formatCount(differences)} of ${samples} went as differences; ${read}.`;
  },
});

type Story = ReturnType<Oracles['delta']['of']>[number];
type Mistake = Story['wrong'][number]['mistake'];
type Of<K extends Mistake['is']> = Extract<Mistake, { is: K }>;

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const deltas = of('delta');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const who = deviceName(plan, device);
    const noun = (n: number): string => messageNoun(plan, story.stream, n);
    const { whole, differences, decided, unsure, wrong } = story;
    book.figure('differences', differences);
    book.figure('rebuilt', decided);
    book.kept(whole + differences);
    if (unsure > 0) book.doubt('a fault let it repeat what it had said before', unsure);
    for (const { t, n, mistake } of wrong) {
      const says = SAYS[mistake.is](mistake as never, noun);
      const witness = [{ t: ms(t), who, what: `says ${noun(n)}` }];
      book.also(() => finding(`${who}, ${noun(n)} ${says}, at ${inSeconds(t)}`, [who], t, witness));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) for (const story of deltas.of(device)) judge(device, story);
      return book.close();
    },
  };
}

type Noun = (n: number) => string;

const SAYS: { readonly [K in Mistake['is']]: (mistake: Of<K>, noun: Noun) => string } = {
  baseless: ({ base }, noun) =>
    `is a difference from ${noun(base)}, which the target had not acknowledged`,
  'not-whole': ({ why, last }, noun) =>
    `is a difference although ${BEFORE[why]}; the last whole one is ` +
    `${last < 0 ? 'none' : noun(last)}`,
  'not-rebuilt': () => 'was acknowledged, and the target has no whole values of it',
  off: ({ signal, was, made, step }) =>
    `is rebuilt with ${signal} at ${round(made)}; it was ${round(was)}` +
    `${step === 0 ? '' : `, and a step is ${step}`}`,
};

const BEFORE = {
  count: 'it was the turn of a whole one',
  connect: 'the device had just connected',
  boot: 'the device had just come up',
} as const;

const round = (value: number): string => String(Math.round(value * 1000) / 1000);
