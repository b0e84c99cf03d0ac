/**
 * Each offer to a device ends once, as the device said and was acknowledged for, or because it was
 * silent for too long. What comes later changes nothing, and nothing that was acknowledged is lost.
 */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-one-status',
  title: 'Each update ends once',
  refs: ['O5'],
  summary: 'An offer of firmware to a device ends once, as the device said.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'update')} ended once.`
      : `${formatCount(findingCount)} of ${plural(decided, 'update')} did not end once.`,
});

const UNREAD = 'the device was not read back';

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const id = deviceName(plan, device);
        const { read } = firmware.of(device);
        for (const end of firmware.ends(device)) {
          if (read === null) {
            book.doubt(UNREAD);
            continue;
          }
          book.kept();
          if (end.flaw === null) continue;
          const what = `attempt ${end.attempt} at ${end.campaign} ${end.flaw}`;
          const witness = end.settled.map(({ at, status }) => ({
            t: at,
            who: 'target',
            what: status,
          }));
          const seen = [...witness, { t: ms(read.t), who: 'target', what }];
          book.also(() => finding(`${id}: ${what}`, [id], read.t, seen));
        }
      }
      return book.close();
    },
  };
}
