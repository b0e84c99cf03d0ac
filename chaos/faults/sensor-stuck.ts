/** A sensor says the same all the time, whatever there is, until somebody puts it right. */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'sensor-stuck',
  summary: 'lets a sensor of devices say the same all the time',
  acts: 'part',
  additive: false,
  underState: 'ends',
  params: {
    signal: {
      kind: 'text',
      about: 'What the sensor measures.',
      names: 'signal',
      default: 'temperature',
    },
    at: {
      kind: 'number',
      about: 'What it says, in the unit of the signal; else what it said last.',
      optional: true,
      min: -1e6,
      max: 1e6,
    },
  },
  resolve: ({ signal, at }) => ({
    toxics: [],
    down: false,
    part: {
      sensor: { signal: String(signal), does: 'stuck', by: at === undefined ? null : Number(at) },
    },
    proof: { kind: 'misread' },
  }),
  inject: strikeDevices,
});
