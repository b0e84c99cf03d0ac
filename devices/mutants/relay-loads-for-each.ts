/** A relay that does not look into its flash, and loads for each child anew. */
import { defineDeviceMutant } from '../mutant.ts';
import type { RelaySeams } from '../parts/relay.ts';

export default defineDeviceMutant<RelaySeams>({
  kind: 'relay-loads-for-each',
  summary: 'a relay does not look into its flash, and loads for each child anew',
  word: 'relay',
  caughtBy: 'relay-once',
  scenario: 'relayed-firmware',
  plant: (fired) => ({
    lookInCache: (gateway, path, from) => {
      fired(`${gateway} ${path} ${from}`);
      return false;
    },
  }),
});
