/**
 * At the end the target believes of each device the version that it truly runs, as far as the
 * device could say so: by its last status that was acknowledged, or one that came after it.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'inventory-true',
  title: 'The target knows what devices run',
  refs: ['O3'],
  summary: 'The version that the target believes a device to run is the one in its flash.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `Of all ${plural(decided, 'device')} it is known what they run.`
      : `${formatCount(findingCount)} of ${plural(decided, 'device')} are believed to run another.`,
});

const UNREAD = 'it was not read back';
const UNSAID = 'nothing that it said was acknowledged';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  const judge = (device: number): void => {
    const id = deviceName(plan, device);
    const { read } = firmware.of(device);
    const versions = firmware.believable(device);
    if (read === null) return book.doubt(UNREAD);
    if (versions === null) return book.notOwed(UNSAID);
    if (versions.includes(read.version)) return book.kept();
    const what = `is believed to run ${read.version || 'nothing'}, and runs ${versions.at(-1)}`;
    book.broken(() =>
      finding(`${id} ${what}`, [id], read.t, [{ t: ms(read.t), who: 'target', what }]),
    );
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) if (firmware.of(device).boots.length > 0) judge(device);
      return book.close();
    },
  };
}
