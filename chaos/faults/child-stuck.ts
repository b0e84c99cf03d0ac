/**
 * Children of a gateway hang without falling silent: they answer with the values that they had
 * when it began, or long after they were asked.
 */
import { strikeBus } from '../bus-fault.ts';
import { defineFault } from '../fault.ts';

export default defineFault({
  kind: 'child-stuck',
  summary: 'lets children of a gateway answer with old values, or late',
  acts: 'bus',
  additive: false,
  params: {
    answers: {
      kind: 'choice',
      about: 'With the values of the last reading before (stale), or after a while (late).',
      of: ['stale', 'late'],
      default: 'stale',
    },
    by: {
      kind: 'duration',
      about: 'How much longer a late answer takes.',
      default: '3s',
      min: '100ms',
      max: '1h',
    },
  },
  resolve: ({ answers, by }) => {
    const lateMs = answers === 'late' ? Number(by) : 0;
    return {
      toxics: [],
      down: false,
      bus: lateMs > 0 ? { lateMs } : { stale: true },
      proof: { kind: 'stuck', lateMs },
    };
  },
  inject: strikeBus,
});
