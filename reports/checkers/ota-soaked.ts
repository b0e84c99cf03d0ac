/**
 * What a trial cannot show shows while a wave soaks: the next one begins only when enough have had
 * the release for so long, devices that fall by it say so, and the target holds it against it.
 */
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-soaked',
  title: 'Waves go on with devices that stay well',
  refs: ['O4'],
  summary: 'A wave soaks before the next begins, and falls of its devices are told and counted.',
  judge: (device, { book, firmware, amiss }) => {
    const { read, said } = firmware.of(device);
    if (read === null && said.size > 0) book.doubt(UNREAD);
    if (read === null) return;
    const { count, wrong } = firmware.falls(device);
    book.kept(count);
    for (const { t, what } of wrong) amiss(device, t, what);
  },
  fleet: true,
  conclude: (merged, { plan, of }) => {
    const book = new EvidenceBook();
    const { count, hasty } = of('ota/fleet').soaked();
    book.kept(count);
    for (const { device, t, byMs, wave, campaign } of hasty) {
      const id = deviceName(plan, device);
      const soon = `${byMs} ms before the one before has soaked`;
      const what = `begins ${campaign} in wave ${wave + 1}, ${soon}`;
      book.also(() => finding(`${id} ${what}`, [id], t, [{ t: ms(t), who: id, what }]));
    }
    return addEvidence(merged, book);
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'word')} of how devices fared, and all starts, were as they should.`
      : `${plural(decided, 'word')} and starts, and ${plural(findingCount, 'flaw')} in them.`,
});

const UNREAD = 'the device was not read back';
