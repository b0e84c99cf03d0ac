/** Some devices connect without their will, so nobody speaks for them when they die. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { StatusSeams } from '../parts/status.ts';

const ONE_IN = 2;

export default defineDeviceMutant<StatusSeams>({
  kind: 'status-arms-no-will',
  summary: 'one device in two connects without its will',
  word: 'status',
  caughtBy: 'will-honest',
  scenario: 'retained-and-wills',
  plant: (fired) => ({
    armWill: (device, attempt) => {
      if (hashText(`arms-no-will/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${attempt}`);
      return false;
    },
  }),
});
