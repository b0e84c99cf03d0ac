/**
 * Nothing crosses and nothing is lost: bytes are held, connections stay. What a dead uplink looks
 * like at first.
 */
import { defineFault } from '../fault.ts';
import { directionParam, injectToxics, streamsOf } from '../link-fault.ts';

export default defineFault({
  kind: 'partition',
  summary: 'holds all data back, both ways or one; connections stay',
  acts: 'link',
  additive: false,
  underState: 'ends',
  params: { direction: directionParam },
  resolve: (params) => ({
    toxics: streamsOf(params).map((stream) => ({
      type: 'bandwidth',
      stream,
      attributes: { rate: 0 },
    })),
    down: false,
    proof: {
      kind: 'stalled',
      up: streamsOf(params).includes('upstream'),
      down: streamsOf(params).includes('downstream'),
    },
  }),
  inject: injectToxics,
});
