/** What an entry may set of how its devices take new firmware. */
import { HARDWARE, type Params } from '#kernel';
import { ROAD_PARAMS } from './roads/roads.ts';

export const OTA_PARAMS: Params = {
  board: {
    kind: 'text',
    about: 'The revision of its hardware: it runs nothing that is for another.',
    default: HARDWARE,
  },
  consent: {
    kind: 'duration',
    about: 'After how long its user lets it take an offer.',
    default: '0s',
  },
  range: {
    kind: 'integer',
    unit: 'bytes',
    about: 'So much of an image it asks for at a time.',
    default: 4096,
    min: 256,
    max: 65_536,
  },
  pause: {
    kind: 'duration',
    about: 'Between two ranges it leaves its link to others for so long.',
    default: '100ms',
  },
  test: {
    kind: 'duration',
    about: 'So long it must be online with new firmware before it keeps it.',
    default: '2s',
  },
  within: {
    kind: 'duration',
    about: 'New firmware that has not proved itself within that is given up.',
    default: '20s',
    min: '1s',
  },
  ...ROAD_PARAMS,
};
