/**
 * Bits of a flash turn by themselves, as they do with age and heat. They stay so when the fault is
 * over: only what is erased and written again is whole.
 */
import { type PartTrouble, ROT_PLACES } from '#kernel';
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

type Place = NonNullable<PartTrouble['rot']>['place'];

export default defineFault({
  kind: 'bit-rot',
  summary: 'turns bits in the flash of devices, of what they run, keep beside it or load',
  acts: 'part',
  additive: true,
  underState: 'ends',
  params: {
    place: {
      kind: 'choice',
      about:
        'In the bank that the device runs from (running), the one beside it (other), or where it ' +
        'keeps what it loads (stage).',
      of: ROT_PLACES,
      default: 'running',
    },
    bits: {
      kind: 'integer',
      about: 'So many of what is written there.',
      default: 8,
      min: 1,
      max: 4096,
    },
  },
  resolve: ({ place, bits }) => ({
    toxics: [],
    down: false,
    part: { rot: { place: place as Place, bits: Number(bits) } },
    proof: { kind: 'ailing' },
  }),
  inject: strikeDevices,
});
