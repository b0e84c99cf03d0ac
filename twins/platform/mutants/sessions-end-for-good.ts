/** Dies without warning, and never takes anybody again. */
import type { AdmitSeams } from '../broker/broker.ts';
import { defineMutant } from '../mutant.ts';

/** Connections and publishes that are served until then. */
const SERVED = 300;

export default defineMutant<AdmitSeams>({
  kind: 'sessions-end-for-good',
  summary: `the platform drops everybody after ${SERVED} connects and publishes, and stays shut`,
  word: 'sessions',
  caughtBy: 'target-alive',
  scenario: 'hello-fleet',
  plant: (fired) => {
    let served = 0;
    return {
      serve: () => {
        served++;
        if (served <= SERVED) return true;
        fired('somebody who wanted to be served');
        return false;
      },
    };
  },
});
