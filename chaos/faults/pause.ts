/**
 * The target stands still and is not gone: connections stay, and what comes waits until it goes on.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'pause',
  summary: 'the process of the target stands still',
  acts: 'inside',
  additive: false,
  params: {},
  resolve: () => ({
    ...{ toxics: [], down: false, inside: { still: true } },
    proof: { kind: 'paused' },
  }),
  inject: async (actions, fault) => undoAll([await actions.trouble(fault)]),
});
