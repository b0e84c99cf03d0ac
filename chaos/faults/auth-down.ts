/**
 * Whoever could say who somebody is does not answer the target: who is there stays, and nobody else
 * gets in.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'auth-down',
  summary: 'the target lets nobody in who is not there already',
  acts: 'inside',
  additive: false,
  params: {},
  resolve: () => ({
    ...{ toxics: [], down: false, inside: { shut: true } },
    proof: { kind: 'turned-away' },
  }),
  inject: async (actions, fault) => undoAll([await actions.trouble(fault)]),
});
