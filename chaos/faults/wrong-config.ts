/**
 * A configuration is pushed to the target by which it takes almost nothing, and is rolled back in
 * the end.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'wrong-config',
  summary: 'a configuration with too small a limit is pushed to the target',
  acts: 'inside',
  additive: false,
  params: {
    payload: {
      kind: 'integer',
      about: 'Bytes of the largest payload that it takes by it.',
      unit: 'bytes',
      default: 16,
      min: 0,
      max: 65_536,
    },
  },
  resolve: ({ payload }) => ({
    ...{ toxics: [], down: false, inside: { payloadBytes: Number(payload) } },
    proof: { kind: 'thrown-out' },
  }),
  inject: async (actions, fault) => undoAll([await actions.trouble(fault)]),
});
