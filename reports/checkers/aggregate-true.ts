/**
 * What a window says is what its samples come to: added up again from what was measured, on the
 * grid of the device. One that is short, since its device came up in it or the run ended, says so.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import type { Finding } from '../result.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'aggregate-true',
  title: 'Windows say what their samples come to',
  refs: [],
  summary: 'Least, most, mean and count of each window are those of its samples.',
  judges: 'always',
  part: 'aggregate',
  broken: 'fail',
  params: {},
  asks: ['aggregate'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const windows = plural(decided, 'window');
    const samples = plural(figures.samples ?? 0, 'sample');
    return findingCount === 0
      ? `${windows} say what their ${samples} come to.`
      : `${plural(findingCount, 'mistake')} in ${windows} of ${samples}.`;
  },
});

type Story = ReturnType<Oracles['aggregate']['of']>[number];
type Wrong = Story['wrong'][number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const aggregates = of('aggregate');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const who = deviceName(plan, device);
    const told = (t: number, what: string, does: string) => (): Finding =>
      finding(`${who}, ${what}`, [who], t, [{ t: ms(t), who, what: does }]);
    book.figure('samples', story.samples);
    if (story.cut > 0) book.figure('windows cut short', story.cut);
    if (story.lost > 0) book.figure('samples lost with the memory they were in', story.lost);
    book.kept(story.windows);
    for (const { t, n, window, mistake } of story.wrong) {
      const what = `window ${n} ${SAYS[mistake.is](mistake as never)}, at ${inSeconds(t)}`;
      book.also(told(t, what, `sends window ${n}, which is number ${window} of its grid`));
    }
    const noun = (n: number): string => messageNoun(plan, story.stream, n);
    const does = (n: number): string => `measures ${noun(n)}`;
    for (const { t, n } of story.unsaid) {
      book.broken(told(t, `${noun(n)} is in no window, and its own was sent`, does(n)));
    }
    for (const { t, n } of story.open) {
      book.broken(told(t, `${noun(n)} is in no window at the end of the run`, does(n)));
    }
    for (const n of story.unaccounted) {
      book.also(told(0, `${noun(n)} went into a window, and nobody accounts for it`, does(n)));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of aggregates.of(device)) judge(device, story);
      }
      return book.close();
    },
  };
}

type Mistake = Wrong['mistake'];
type Of<K extends Mistake['is']> = Extract<Mistake, { is: K }>;

const SAYS: { readonly [K in Mistake['is']]: (mistake: Of<K>) => string } = {
  'another-value': ({ signal, of, said, was }) =>
    `says ${OF[of]} of ${signal} was ${round(said)}, and it was ${round(was)}`,
  'another-count': ({ said, was }) =>
    `says it holds ${plural(said, 'sample')}, and it holds ${was}`,
  early: ({ missing }) => `was over before ${plural(missing, 'sample')} of it had come`,
  'cut-unsaid': ({ why }) => `is cut short by ${BY[why]}, and does not say so`,
  'cut-untrue': ({ why }) => `says that ${BY[why]} cut it short, which is not so`,
};

const OF = { min: 'the least', max: 'the most', mean: 'the mean' } as const;
const BY = { boot: 'a boot', end: 'the end of the run' } as const;

const round = (value: number): string => String(Math.round(value * 1000) / 1000);
