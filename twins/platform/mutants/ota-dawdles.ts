/** Between two offers the target takes its time, though many wait and nothing holds them back. */
import { defineMutant } from '../mutant.ts';
import type { OtaSeams } from '../services/ota.ts';

const DAWDLES_MS = 1500;

export default defineMutant<OtaSeams>({
  kind: 'ota-dawdles',
  summary: 'offers go out one by one, seconds apart, whatever the rate of the campaign',
  word: 'ota',
  caughtBy: 'ota-controlled',
  scenario: 'firmware-wave',
  plant: (fired) => ({
    paceOffers: (campaign, spacingMs) => {
      if (spacingMs >= DAWDLES_MS) return spacingMs;
      fired(campaign);
      return DAWDLES_MS;
    },
  }),
});
