/** Some nodes give every session the number of their first, as a well-known client library does. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { SparkplugSeams } from '../parts/sparkplug.ts';

const ONE_IN = 2;

export default defineDeviceMutant<SparkplugSeams>({
  kind: 'sparkplug-keeps-bdseq',
  summary: 'one node in two never counts its sessions, so a late death looks like a new one',
  word: 'sparkplug',
  caughtBy: 'sparkplug-kept',
  scenario: 'sparkplug-line',
  plant: (fired) => ({
    numberSession: (device, honest) => {
      if (honest === 0 || hashText(`keeps-bdseq/${device}`) % ONE_IN !== 0) return honest;
      fired(`${device} ${honest}`);
      return 0;
    },
  }),
});
