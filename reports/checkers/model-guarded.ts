/**
 * A model decides only where it may: once it has proved itself in the shadow of the rule, and as
 * long as what it reads is what it was made for. Else, and at once, the rule does.
 */
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'model-guarded',
  title: 'Models decide only where they may',
  refs: [],
  summary: 'A model decides once it is proved, and while its inputs are those it was made for.',
  judges: 'always',
  part: 'detector',
  broken: 'fail',
  params: {},
  asks: ['detector'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const decisions = plural(decided, 'decision');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} with ${decisions}.`;
    const by = ['model', 'fallback', 'shadow'].map((key) => formatCount(figures[key] ?? 0));
    const [model, fallback, shadow] = by;
    return (
      `${decisions} as they had to be: ${model} by a model, ${fallback} by the rule in place of ` +
      `one, ${shadow} with one in shadow.`
    );
  },
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const detectors = of('detector');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    const story = detectors.of(device);
    if (story === null) return;
    const who = deviceName(plan, device);
    for (const [by, count] of Object.entries(story.kept)) {
      book.kept(count);
      book.figure(by, count);
    }
    if (story.unsure > 0) book.doubt('it lay on the limit to the last digit', story.unsure);
    for (const { t, n, what, values } of story.mistakes) {
      const where = n === null ? '' : ` in reading ${n}`;
      const read = { t: ms(t), who, what: `has read ${values.join(', ')}` };
      const did = { t: ms(t), who, what: `${what}${where}` };
      const sentence = `${who} ${what}${where}, at ${inSeconds(t)}`;
      book.broken(() => finding(sentence, [who], t, [read, did]));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) judge(device);
      return book.close();
    },
  };
}
