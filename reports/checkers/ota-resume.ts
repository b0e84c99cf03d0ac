/**
 * An interruption costs a device little: of an image it loads hardly more than there is, whatever
 * breaks its connections off on the way.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-resume',
  title: 'Downloads go on where they were',
  refs: ['O7'],
  summary: 'Of an image a device loads hardly more than there is, however often it is interrupted.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `All ${plural(decided, 'download')} went on after ${plural(figures[BREAKS] ?? 0, 'break')}.`
      : `${formatCount(findingCount)} of ${plural(decided, 'download')} began again.`,
});

const BREAKS = 'breaks';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const id = deviceName(plan, device);
        const { loads, wrong } = firmware.wasteful(device);
        book.kept(loads);
        for (const { stretches } of firmware.of(device).attempts) {
          book.figure(BREAKS, Math.max(0, stretches - 1));
        }
        for (const { beganAt, bytes, size, stretches } of wrong) {
          const much = `loads ${formatCount(bytes)} bytes of an image of ${formatCount(size)}`;
          const what = `${much} in ${plural(stretches, 'part')}`;
          const witness = [{ t: ms(beganAt), who: id, what }];
          book.also(() => finding(`${id} ${what}`, [id], beganAt, witness));
        }
      }
      return book.close();
    },
  };
}
