/**
 * New firmware runs on trial for one boot, and for so long. What is not kept by then is gone, and
 * no device keeps what makes it ill, or what it has not tested for as long as it must; and the
 * target tells of each device what its flash says.
 */
import { keptTooSoon } from '#oracles';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { formatCount, plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-rollback',
  title: 'What is not kept is gone',
  refs: ['O3'],
  summary: 'Firmware that was not kept runs for one boot, and is told to be there by nobody.',
  waves: (of) => of('ota/fleet'),
  judge: (device, { plan, book, firmware, waves, amiss }) => {
    const trials = firmware.overstayed(device);
    const told = firmware.untrue(device, waves);
    book.kept(trials.count + told.count);
    for (const { t, version } of trials.wrong) {
      amiss(device, t, `runs ${version} again, which it had on trial and did not keep`);
    }
    for (const { t, version } of firmware.endless(device)) {
      const what = `goes on with ${version}, which has not proved itself in its time`;
      amiss(device, t, what, { counts: true });
    }
    for (const { t, version } of keptTooSoon(firmware.of(device), plan, device)) {
      const what = `keeps ${version} before it was online with it for as long as its test lasts`;
      amiss(device, t, what, { counts: true });
    }
    const unwell = firmware.unwell(device);
    if (unwell.unsure > 0) book.doubt(UNSEEN, unwell.unsure);
    for (const { t, version } of unwell.kept) {
      amiss(device, t, `keeps ${version}, and is not well with it`, { counts: true });
    }
    for (const { t, what } of told.wrong) amiss(device, t, what, { who: 'target' });
  },
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'trial')} and what was told of them are by the flash.`
      : `${formatCount(findingCount)} of ${plural(decided, 'trial')} and words are not by flash.`,
});

const UNSEEN = 'nobody tells whether its device could see that what it measures cannot be';
