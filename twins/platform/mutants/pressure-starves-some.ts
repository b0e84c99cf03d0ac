/** It says that it is as before, and some readings have never had their turn since. */
import { defineMutant } from '../mutant.ts';
import type { PressureSeams } from '../services/pressure.ts';

export default defineMutant<PressureSeams>({
  kind: 'pressure-starves-some',
  summary: 'leaves some readings without an answer once it has been limited',
  word: 'pressure',
  caughtBy: 'no-metastability',
  scenario: 'over-capacity',
  plant: (fired) => {
    let isBack = false;
    return {
      tellMode: (mode) => {
        if (mode === 'normal') isBack = true;
        return true;
      },
      keepTurn: (stream, device, n) => {
        if (!isBack || stream !== 'telemetry' || n % 6 !== 1) return true;
        fired(`${device} ${n}`);
        return false;
      },
    };
  },
});
