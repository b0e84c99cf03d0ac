/** The target's disk is full: it can write nothing down, so it may promise nothing either. */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'disk-full',
  summary: 'the target can commit nothing',
  acts: 'inside',
  additive: false,
  params: {},
  resolve: () => ({
    ...{ toxics: [], down: false, inside: { full: true } },
    proof: { kind: 'uncommitted' },
  }),
  inject: async (actions, fault) => undoAll([await actions.trouble(fault)]),
});
