/** Some devices report a setting as made that they have not made. */
import { hashText } from '#kernel';
import { defineDeviceMutant } from '../mutant.ts';
import type { TwinSeams } from '../parts/twin.ts';

const ONE_IN = 3;

export default defineDeviceMutant<TwinSeams>({
  kind: 'twin-claims-unmade',
  summary: 'one device in three reports settings as made that it never makes',
  word: 'twin',
  caughtBy: 'twin-true',
  scenario: 'two-writers',
  plant: (fired) => ({
    makeSetting: (device, version) => {
      if (hashText(`claims-unmade/${device}`) % ONE_IN !== 0) return true;
      fired(`${device} ${version}`);
      return false;
    },
  }),
});
