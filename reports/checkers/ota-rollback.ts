/**
 * New firmware runs on trial for one boot. What is not kept by then is gone at the next; and the
 * target tells of each device what its flash says.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-rollback',
  title: 'What is not kept is gone',
  refs: ['O3'],
  summary: 'Firmware that was not kept runs for one boot, and is told to be there by nobody.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'trial')} and what was told of them are by the flash.`
      : `${formatCount(findingCount)} of ${plural(decided, 'trial')} and words are not by flash.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const id = deviceName(plan, device);
        const trials = firmware.overstayed(device);
        const told = firmware.untrue(device);
        book.kept(trials.count + told.count);
        for (const { t, version } of trials.wrong) {
          const what = `runs ${version} again, which it had on trial and did not keep`;
          book.also(() => finding(`${id} ${what}`, [id], t, [{ t: ms(t), who: id, what }]));
        }
        for (const { t, what } of told.wrong) {
          book.also(() => finding(`${id} ${what}`, [id], t, [{ t: ms(t), who: 'target', what }]));
        }
      }
      return book.close();
    },
  };
}
