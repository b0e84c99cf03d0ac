/**
 * Children of a gateway fall off its bus: they answer nothing and hear nothing, and come back when
 * the fault ends. What they would have said meanwhile waits in their own memory, or is gone.
 */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'child-lost',
  summary: 'takes children of a gateway off its bus',
  acts: 'bus',
  additive: false,
  underState: 'ends',
  params: {
    meanwhile: {
      kind: 'choice',
      about: 'What they would have said waits in their own buffer (keeps), or is gone (loses).',
      of: ['keeps', 'loses'],
      default: 'keeps',
    },
  },
  resolve: ({ meanwhile }) => ({
    toxics: [],
    down: false,
    bus: { silent: meanwhile === 'loses' ? 'loses' : 'keeps' },
    proof: { kind: 'unanswered' },
  }),
  inject: strikeDevices,
});
