/**
 * A sector of a flash is worn out: while it lasts, an erase leaves it as it was, or does a half of
 * it and says nothing. Which sector it is follows from the seed.
 */
import type { PartTrouble } from '#kernel';
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

type Worn = NonNullable<PartTrouble['worn']>;

export default defineFault({
  kind: 'worn-sector',
  summary: 'lets a sector in the flash of devices not be erased as it should be',
  acts: 'part',
  additive: false,
  underState: 'ends',
  params: {
    place: {
      kind: 'choice',
      about:
        'It lies in the bank that the device does not run from (other), or where it keeps what ' +
        'it loads (stage).',
      of: ['other', 'stage'],
      default: 'other',
    },
    erases: {
      kind: 'choice',
      about: 'How much of it is erased.',
      of: ['nothing', 'half'],
      default: 'nothing',
    },
  },
  resolve: ({ place, erases }) => ({
    toxics: [],
    down: false,
    part: { worn: { place: place as Worn['place'], erases: erases as Worn['erases'] } },
    proof: { kind: 'ailing' },
  }),
  inject: strikeDevices,
});
