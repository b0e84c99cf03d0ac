/**
 * Who has a template is settled once: whoever has it at a share has it at every larger one, and
 * nobody gets it by a smaller one.
 */

import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'template-staged',
  title: 'Who has a template keeps it as it grows',
  refs: ['T5'],
  summary: 'A template that is given to more devices is taken from none, and the other way round.',
  judges: 'always',
  workflow: 'template',
  broken: 'fail',
  params: {},
  asks: ['template'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'stage')} of templates went to whom they should.`
      : `${formatCount(findingCount)} of ${plural(decided, 'stage')} of templates went wrong.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const templates = of('template');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    const { count, wrong } = templates.unsteady(device);
    book.kept(count);
    for (const { template, stage, why } of wrong) {
      const id = deviceName(plan, device);
      const t = templates.read(device)?.t ?? 0;
      const what = `at stage ${stage} of ${template} ${why}`;
      book.also(() => finding(`${id} ${what}`, [id], t, [{ t: ms(t), who: 'target', what }]));
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
