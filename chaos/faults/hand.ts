/**
 * A piece of the platform behind the target is taken away by a hand that the scenario names, and
 * given back when the fault ends. What the piece is only its owner knows; that it was gone, and was
 * there again, its proof has to say.
 */
import { defineFault, undoAll } from '../fault.ts';

export default defineFault({
  kind: 'hand',
  summary: 'takes a piece of the platform away by a hand of the target, and gives it back',
  acts: 'behind',
  additive: false,
  params: {
    hand: { kind: 'text', about: 'Name of the hand, of target.hands.', optional: true },
    cuts: {
      kind: 'boolean',
      about: 'Devices and observers may lose their connections by it.',
      default: false,
    },
  },
  resolve: ({ cuts }) => ({
    toxics: [],
    down: false,
    proof: { kind: 'hand-down', cuts: cuts === true },
  }),
  inject: async (actions, fault) => undoAll([await actions.useHand(fault)]),
});
