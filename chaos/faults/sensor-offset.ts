/** A sensor says always so much more than there is, or less, until somebody puts it right. */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'sensor-offset',
  summary: 'lets a sensor of devices say always so much more, or less, than there is',
  acts: 'part',
  additive: true,
  underState: 'ends',
  params: {
    signal: {
      kind: 'text',
      about: 'What the sensor measures.',
      names: 'signal',
      default: 'temperature',
    },
    by: {
      kind: 'number',
      about: 'So much more, in the unit of the signal; less, where it is below 0.',
      default: 2,
      min: -1e6,
      max: 1e6,
    },
  },
  resolve: ({ signal, by }) => ({
    toxics: [],
    down: false,
    part: { sensor: { signal: String(signal), does: 'offset', by: Number(by) } },
    proof: { kind: 'misread' },
  }),
  inject: strikeDevices,
});
