/** Some devices are believed to run for ever what they first said. */
import { hashText } from '#kernel';
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const ONE_IN = 3;

export default defineMutant<OtaSeams>({
  kind: 'ota-keeps-old-version',
  summary: 'of some devices the platform goes on believing the version that they had',
  word: 'ota',
  caughtBy: 'inventory-true',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    believeOta: (device, before, said) => {
      if (before === '' || before === said || hashText(`believes/${device}`) % ONE_IN !== 0)
        return said;
      fired(`${device} ${said}`);
      return before;
    },
  }),
});
