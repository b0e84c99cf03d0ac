/** A device runs only what was signed for it, to the last byte, whatever it was offered. */
import { firmwareOf } from '#kernel';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'ota-signed-only',
  title: 'Devices run what was signed',
  refs: ['O1'],
  summary: 'A device runs only firmware that was signed for it, to the last byte.',
  judges: 'always',
  workflow: 'ota',
  broken: 'fail',
  params: {},
  asks: ['ota'],
  applies: (plan) => firmwareOf(plan).length > 0,
  start: (context) => fold(context),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'boot')} ran what was signed.`
      : `${formatCount(findingCount)} of ${plural(decided, 'boot')} ran what nobody signed.`,
});

function fold({ plan, devices, of }: LaneContext): LaneFold {
  const firmware = of('ota');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const id = deviceName(plan, device);
        const wrong = firmware.unsigned(device);
        book.kept(firmware.of(device).boots.length);
        for (const { t, version, sha256 } of wrong) {
          const what = `runs ${version}, of which its flash holds ${sha256.slice(0, 12)}`;
          book.also(() =>
            finding(`${id} ${what}, and nobody signed that`, [id], t, [
              { t: ms(t), who: id, what },
            ]),
          );
        }
      }
      return book.close();
    },
  };
}
