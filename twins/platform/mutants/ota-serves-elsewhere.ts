/** Some stretches of an image are taken from a page further on than was asked for. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

/** Stretches that begin at such a place are. */
const EVERY_BYTES = 8192;
const OFF_BYTES = 256;

export default defineMutant<OtaSeams>({
  kind: 'ota-serves-elsewhere',
  summary: 'some stretches of an image are those of another place',
  word: 'ota',
  caughtBy: 'ota-served-true',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    takeOta: (from) => {
      if (from === 0 || from % EVERY_BYTES !== 0) return from;
      fired(`${from}`);
      return from - OFF_BYTES;
    },
  }),
});
