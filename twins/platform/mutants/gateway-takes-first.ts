/** Of a packet that holds several messages it takes the first, and acknowledges all. */
import type { IntakeSeams } from '../broker/intake.ts';
import { defineMutant } from '../mutant.ts';

export default defineMutant<Pick<IntakeSeams, 'takeOfPacket'>>({
  kind: 'gateway-takes-first',
  summary: 'of the messages in one packet only the first is taken',
  word: 'gateway',
  caughtBy: 'packets-whole',
  scenario: 'thrifty-gateways',
  plant: (fired) => ({
    takeOfPacket: (by, parcels) => {
      if (parcels > 1) fired(by);
      return 1;
    },
  }),
});
