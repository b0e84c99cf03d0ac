/** Some nodes give birth once, and go on with data when they have connected again. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { SparkplugSeams } from '../parts/sparkplug.ts';

const ONE_IN = 2;

export default defineDeviceMutant<SparkplugSeams>({
  kind: 'sparkplug-skips-birth',
  summary: 'one node in two gives no birth after it has connected again',
  word: 'sparkplug',
  caughtBy: 'sparkplug-kept',
  scenario: 'sparkplug-line',
  plant: (fired) => ({
    giveBirth: (device, attempt) => {
      if (attempt === 1 || hashText(`skips-birth/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
