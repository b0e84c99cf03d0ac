/**
 * Devices lose power for so long that their clocks stop, which have no battery: they come up and do
 * not know the time until somebody tells them.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'clock-loss',
  summary: 'cuts the power of devices with a clock, and their time is lost with it',
  acts: 'device',
  additive: false,
  underState: 'lasts',
  params: {},
  resolve: () => ({ toxics: [], down: false, proof: { kind: 'timeless' } }),
  inject: async (actions, fault) => undoAll([await actions.cutPower(fault.devices)]),
});
