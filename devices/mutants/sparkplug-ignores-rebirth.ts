/** Some nodes do not heed a host that has lost sight of them. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { SparkplugSeams } from '../parts/sparkplug.ts';

const ONE_IN = 2;

export default defineDeviceMutant<SparkplugSeams>({
  kind: 'sparkplug-ignores-rebirth',
  summary: 'one node in two goes on with data when it is called to be born again',
  word: 'sparkplug',
  caughtBy: 'sparkplug-kept',
  scenario: 'sparkplug-line',
  plant: (fired) => ({
    heedRebirth: (device) => {
      if (hashText(`ignores-rebirth/${device}`) % ONE_IN !== 0) return true;
      fired(device);
      return false;
    },
  }),
});
