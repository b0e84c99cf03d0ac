/** A device goes back behind no security counter that it has kept, whatever it was offered. */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-no-downgrade',
  title: 'Devices go back to nothing older',
  refs: ['O6'],
  summary: 'A device runs no firmware with an older security counter than it has kept.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `None of ${plural(decided, 'boot')} ran what is older.`
      : `${formatCount(findingCount)} of ${plural(decided, 'boot')} ran what is older.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const id = deviceName(plan, device);
        book.kept(firmware.of(device).boots.length);
        for (const { t, version, counter } of firmware.older(device)) {
          const what = `runs ${version} with the counter ${counter}`;
          const why = 'and had kept a higher one';
          book.also(() => finding(`${id} ${what}, ${why}`, [id], t, [{ t: ms(t), who: id, what }]));
        }
      }
      return book.close();
    },
  };
}
