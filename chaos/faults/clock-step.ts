/** The clocks of devices are wrong, until somebody puts them right. */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'clock-step',
  summary: 'steps the clocks of devices that tell by them from when their readings are',
  acts: 'part',
  additive: true,
  underState: 'ends',
  params: {
    by: { kind: 'duration', about: 'How far.', default: '1h', min: '1ms' },
    way: {
      kind: 'choice',
      about: 'Ahead of the time, or behind it.',
      of: ['ahead', 'behind'],
      default: 'ahead',
    },
  },
  resolve: ({ by, way }) => ({
    toxics: [],
    down: false,
    part: { clockMs: way === 'ahead' ? Number(by) : -Number(by) },
    proof: { kind: 'mistimed' },
  }),
  inject: strikeDevices,
});
