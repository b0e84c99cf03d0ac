/** A burst of noise on the bus of a gateway: some of the answers of its children are lost. */
import { defineFault } from '../fault.ts';
import { strikeDevices } from '../strike.ts';

export default defineFault({
  kind: 'bus-loss',
  summary: 'loses a share of the answers on the bus of a gateway',
  acts: 'bus',
  additive: false,
  underState: 'ends',
  params: {
    share: { kind: 'share', about: 'Of the answers, those that are lost.', default: '50%' },
  },
  resolve: ({ share }) => ({
    toxics: [],
    down: false,
    bus: { loss: Number(share) },
    proof: { kind: 'thinned', share: Number(share) },
  }),
  inject: strikeDevices,
});
