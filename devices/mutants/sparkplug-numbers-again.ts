/** Some nodes begin to count their packets again long before they should. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { SparkplugSeams } from '../parts/sparkplug.ts';

const ONE_IN = 2;
/** As if numbers had so few bits. */
const COUNTS = 16;

export default defineDeviceMutant<SparkplugSeams>({
  kind: 'sparkplug-numbers-again',
  summary: `one node in two begins its numbers again after ${COUNTS} and not after 256`,
  word: 'sparkplug',
  caughtBy: 'sparkplug-kept',
  scenario: 'sparkplug-line',
  plant: (fired) => ({
    numberPacket: (device, honest) => {
      if (honest !== COUNTS || hashText(`numbers-again/${device}`) % ONE_IN !== 0) return honest;
      fired(`${device} ${honest}`);
      return 0;
    },
  }),
});
