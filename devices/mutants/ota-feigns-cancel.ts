/** The firmware says that it leaves off what was called off, and goes on. */
import { defineDeviceMutant } from '../mutant.ts';
import type { OtaSeams } from '../parts/ota/seams.ts';

export default defineDeviceMutant<OtaSeams>({
  kind: 'ota-feigns-cancel',
  summary: 'tells its DDI server that it has left off, and goes on with the update',
  word: 'ota',
  caughtBy: 'ota-rollback',
  scenario: 'hawkbit-wave',
  plant: (fired) => ({
    heedCancel: (device, campaign) => {
      fired(`${device} ${campaign}`);
      return false;
    },
  }),
});
