/**
 * A device goes into its limited mode when it is badly off and leaves it when it is well again; in
 * it, it reports as much more seldom as is declared, and accounts for what it leaves out.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'limited-kept',
  title: 'Limited modes are entered and left',
  refs: [],
  summary: 'A device reports more seldom while it is badly off, and as before when it is well.',
  judges: 'always',
  part: 'limited',
  broken: 'fail',
  params: {},
  asks: ['limited'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const readings = plural(decided, 'reading');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} with ${readings}.`;
    const { entered = 0, left = 0, held = 0 } = figures;
    const [into, out] = [entered, left].map(formatCount);
    const what = `limited mode was entered ${into} times and left ${out} times`;
    return `${readings}: ${what}, and ${formatCount(held)} left out for it.`;
  },
});

type Story = NonNullable<ReturnType<Oracles['limited']['of']>>;
type Wrong = Story['wrong'][number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const modes = of('limited');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const who = deviceName(plan, device);
    for (const name of ['entered', 'left', 'held'] as const) book.figure(name, story[name]);
    book.kept(story.readings);
    for (const { t, n, what, value } of story.wrong) {
      const by = value === null ? '' : `, measuring ${value}`;
      const says = `${who} ${SAYS[what]}, with reading ${n}${by}, at ${inSeconds(t)}`;
      const witness = [{ t: ms(t), who, what: `measures ${value ?? 'nothing'} of itself` }];
      book.also(() => finding(says, [who], t, witness));
    }
    for (const n of story.unaccounted) {
      const says = `${who} left out reading ${n}, and nobody accounts for it`;
      book.also(() => finding(says, [who], 0, []));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = modes.of(device);
        if (story !== null) judge(device, story);
      }
      return book.close();
    },
  };
}

const SAYS: Readonly<Record<Wrong['what'], string>> = {
  held: 'left out what it should have said',
  said: 'said what it should have left out',
  limited: 'stayed in limited mode although it was well',
  'not-limited': 'was not in limited mode although it was badly off',
};
