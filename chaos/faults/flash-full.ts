/**
 * Something else takes up the room in which a device keeps what it loads: what does not fit into
 * the rest cannot be loaded.
 */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'flash-full',
  summary: 'leaves devices little room in their flash for what they load',
  acts: 'part',
  additive: false,
  underState: 'ends',
  params: {
    leaves: { kind: 'share', about: 'Of the room, what is left.', default: '25%' },
  },
  resolve: ({ leaves }) => ({
    toxics: [],
    down: false,
    part: { room: Number(leaves) },
    proof: { kind: 'ailing' },
  }),
  inject: strikeDevices,
});
