/** Lets a gateway speak for whomever it likes, as a platform that trusts a gateway's word would. */
import type { IntakeSeams } from '../broker/intake.ts';
import { defineMutant } from '../mutant.ts';

export default defineMutant<Pick<IntakeSeams, 'speakFor'>>({
  kind: 'gateway-takes-strangers',
  summary: 'a gateway may speak for the children of others',
  word: 'gateway',
  caughtBy: 'gateway-own',
  scenario: 'gateway-outage',
  plant: (fired) => ({
    speakFor: (by, device) => {
      fired(`${by} for ${device}`);
      return true;
    },
  }),
});
