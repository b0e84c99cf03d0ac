/**
 * Whatever a device was doing when it lost its power, some image can be run when it comes up again.
 * Of one that came up and said nothing of what it runs, nobody can tell.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-no-brick',
  title: 'Every device can start',
  refs: ['O2'],
  summary: 'A device that comes up finds firmware that it can run.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `Each of ${times(decided)} a device came up, it found firmware to run${butFor(figures)}.`
      : `${formatCount(findingCount)} of the devices can run nothing any more.`,
});

const TAKEN = 'taken';
const times = (decided: number): string => plural(decided, 'time');
const butFor = ({ [TAKEN]: taken = 0 }: Readonly<Record<string, number>>): string =>
  taken === 0 ? '' : `, but for ${plural(taken, 'device')} of which a fault took all there was`;

const UNTOLD = 'it came up, and does not tell what it runs';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const rollsOut = firmwareOf(plan).length > 0;
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const { starts, boots, bricked } = firmware.of(device);
        const told = boots.length + (bricked === null ? 0 : 1);
        book.kept(told);
        // Where nothing is rolled out, nobody has firmware to tell of.
        for (let k = told; rollsOut && k < starts.length; k++) book.doubt(UNTOLD);
        if (bricked === null) continue;
        if (firmware.isTaken(device)) {
          book.figure(TAKEN);
          continue;
        }
        const id = deviceName(plan, device);
        const { t, why } = bricked;
        const what = `comes up (${why}) and finds nothing that it can run`;
        book.also(() => finding(`${id} ${what}`, [id], t, [{ t: ms(t), who: id, what }]));
      }
      return book.close();
    },
  };
}
