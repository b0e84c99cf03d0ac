/** The firmware says that all went well as soon as it runs what is on trial. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-closes-early',
  summary: 'tells its DDI server of success while the image is on trial',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'hawkbit-wave',
  plant: (fired) => ({
    closeLate: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
