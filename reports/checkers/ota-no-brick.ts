/**
 * Whatever a device was doing when it lost its power, some image can be run when it comes up again.
 * Of one that came up and said nothing of what it runs, nobody can tell.
 */
import { firmwareOf } from '#kernel';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-no-brick',
  title: 'Every device can start',
  refs: ['O2'],
  summary: 'A device that comes up finds firmware that it can run.',
  judge: (device, { plan, book, firmware, amiss }) => {
    const { starts, boots, bricked } = firmware.of(device);
    const told = boots.length + (bricked === null ? 0 : 1);
    book.kept(told);
    // Where nothing is rolled out, nobody has firmware to tell of.
    const rollsOut = firmwareOf(plan).length > 0;
    for (let k = told; rollsOut && k < starts.length; k++) book.doubt(UNTOLD);
    if (bricked === null) return;
    if (firmware.isTaken(device)) return book.figure(TAKEN);
    const { t, why } = bricked;
    amiss(device, t, `comes up (${why}) and finds nothing that it can run`);
  },
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
