/**
 * The target dies without warning and comes back when the fault ends, with whatever its store kept.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'broker-kill',
  summary: 'kills the target with -9 and starts it again',
  acts: 'target',
  additive: false,
  params: {},
  resolve: () => ({ toxics: [], down: false, proof: { kind: 'target-down' } }),
  inject: async (actions) => undoAll([await actions.killTarget()]),
});
