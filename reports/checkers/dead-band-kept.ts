/**
 * Whoever rebuilds a series from what was said is never further from the truth than the dead-band
 * that the device is set to, and never without a word for longer than declared.
 */
import type { Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, messageNoun, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'dead-band-kept',
  title: 'What is held back says nothing new',
  refs: [],
  summary: 'A series rebuilt from what was said stays within the dead-band that is set.',
  judges: 'always',
  part: 'dead-band',
  broken: 'fail',
  params: {},
  asks: ['dead-band'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const readings = plural(decided, 'reading');
    return findingCount === 0
      ? `${formatCount(figures.held ?? 0)} of ${readings} were held back, each in its dead-band.`
      : `${formatCount(findingCount)} of ${readings} should have been said.`;
  },
});

const UNREADABLE = 'how wide its dead-band was cannot be read';

type Story = ReturnType<Oracles['dead-band']['of']>[number];

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const bands = of('dead-band');
  const book = new EvidenceBook();
  const judge = (device: number, story: Story): void => {
    const who = deviceName(plan, device);
    book.figure('held', story.held);
    book.kept(story.said + story.held - story.open);
    for (let k = 0; k < story.open; k++) book.doubt(UNREADABLE);
    if (story.unheard > 0) book.figure('held on top of what was never sent', story.unheard);
    for (const { t, n, signal, away, band } of story.wrong) {
      const why =
        signal === null
          ? 'after too long a silence'
          : `although ${signal} was ${away.toFixed(2)} away from what was said, and may be ${band}`;
      const message = messageNoun(plan, story.stream, n);
      const what = `${who} held back ${message}, ${why}, at ${inSeconds(t)}`;
      const witness = [{ t: ms(t), who, what: `holds back ${message}` }];
      book.also(() => finding(what, [who], t, witness));
    }
    for (const n of story.unaccounted) {
      const message = messageNoun(plan, story.stream, n);
      const what = `${who} held back ${message}, and nobody accounts for it`;
      book.also(() => finding(what, [who], 0, []));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        for (const story of bands.of(device)) judge(device, story);
      }
      return book.close();
    },
  };
}
