/**
 * Children of a gateway hang without falling silent: they answer with the values that they had
 * when it began, long after they were asked, or that they cannot say anything now.
 */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'child-stuck',
  summary: 'lets children of a gateway answer with old values, late, or that they are busy',
  acts: 'bus',
  additive: false,
  underState: 'ends',
  params: {
    answers: {
      kind: 'choice',
      about:
        'With the values of the last reading before (stale), after a while (late), or that they ' +
        'cannot say anything now (busy).',
      of: ['stale', 'late', 'busy'],
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
    const busy = answers === 'busy';
    return {
      toxics: [],
      down: false,
      bus: busy ? { busy } : lateMs > 0 ? { lateMs } : { stale: true },
      proof: { kind: 'stuck', lateMs, busy },
    };
  },
  inject: strikeDevices,
});
