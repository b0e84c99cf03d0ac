/**
 * What a target hands out of a release is what was signed. Devices find out by themselves and take
 * nothing else, so that a target that serves other bytes harms nobody, and updates nobody either.
 */
import { firmwareOf, isCarried, type Plan } from '#kernel';
import { defineFirmwareChecker } from '../judging/firmware-checker.ts';
import { plural } from '../wording.ts';

export default defineFirmwareChecker({
  kind: 'ota-served-true',
  title: 'What is handed out is what was signed',
  refs: ['O1'],
  summary: 'Of a release that nobody spoilt, a target hands out what was signed, to the last byte.',
  comesUp: ({ campaign: { spoil } }, plan) => spoil === 'none' && isLoadedByAny(plan),
  judge: (device, { book, firmware, amiss }) => {
    for (const { attempt, isTrue } of firmware.served(device)) {
      const { campaign, beganAt, endedAt, size } = attempt;
      if (isTrue === true) book.kept();
      // A fault on that device explains it: no word about what was handed out.
      else if (isTrue === null) book.figure(CHANGED);
      else {
        const what = `loads ${size} bytes of ${campaign}, and they are not what was signed`;
        amiss(device, endedAt ?? beganAt, what, { counts: true });
      }
    }
  },
  say: ({ decided, findingCount, figures }) =>
    findingCount === 0
      ? `All ${plural(decided, 'download')} brought what was signed${changed(figures[CHANGED])}.`
      : `${findingCount} of ${plural(decided, 'download')} brought other bytes than were signed.`,
});

const CHANGED = 'changed';
const changed = (count = 0): string => (count === 0 ? '' : `; faults may have changed ${count}`);

/** What a gateway hands on is judged by what that has. */
const isLoadedByAny = (plan: Plan): boolean =>
  firmwareOf(plan).length > 0 && plan.devices.some((_, device) => !isCarried(plan, device));
