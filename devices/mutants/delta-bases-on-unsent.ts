/** A device that takes differences from whatever it made last, arrived or not. */
import { defineDeviceMutant } from '../mutant.ts';
import type { DeltaSeams } from '../parts/delta.ts';

export default defineDeviceMutant<DeltaSeams>({
  kind: 'delta-bases-on-unsent',
  summary: 'differences are taken from a sample that nobody has acknowledged',
  word: 'delta',
  caughtBy: 'delta-true',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    basedOn: (device, honest, known) => {
      const last = known.at(-1) ?? honest;
      if (honest < 0 || last === honest) return honest;
      fired(`${device} ${last}`);
      return last;
    },
  }),
});
