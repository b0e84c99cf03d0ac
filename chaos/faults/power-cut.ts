/**
 * Devices lose power: all they held is forgotten, and no FIN is sent, so that the platform must
 * notice by itself. When the fault ends, power is back and they boot.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'power-cut',
  summary: 'cuts the power of devices; their connections are left half-open',
  acts: 'device',
  additive: false,
  underState: 'lasts',
  params: {},
  resolve: () => ({ toxics: [], down: false, proof: { kind: 'rebooted' } }),
  inject: async (actions, fault) => undoAll([await actions.cutPower(fault.devices)]),
});
