/** Most devices wait a tenth of what their policy says: a herd that the back-off was to prevent. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { DeviceSeams } from '../seams.ts';

/** One in so many keeps to its policy. */
const PATIENT_ONE_IN = 5;

export default defineDeviceMutant<DeviceSeams>({
  kind: 'connections-hurry-back',
  summary: 'four devices in five come back after a tenth of their back-off',
  word: 'connections',
  caughtBy: 'herd',
  scenario: 'thundering-herd',
  plant: (fired) => ({
    backOff: (device, attempt, honestMs) => {
      if (hashText(`hurry-back/${device}`) % PATIENT_ONE_IN === 0) return honestMs;
      fired(`${device} ${attempt}`);
      return honestMs / 10;
    },
  }),
});
