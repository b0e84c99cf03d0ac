/** A message that is posted again has another key each time, so nobody can know it again. */
import { defineDeviceMutant } from '../mutant.ts';
import type { DeviceSeams } from '../seams.ts';

export default defineDeviceMutant<DeviceSeams>({
  kind: 'connections-renames-keys',
  summary: 'a message that is posted again goes under a key of its own',
  word: 'connections',
  caughtBy: 'exactly-once',
  scenario: 'http-meters',
  plant: (fired) => ({
    keyAgain: (device, key, tries) => {
      fired(`${device} ${key}`);
      return `${key}/${tries}`;
    },
  }),
});
