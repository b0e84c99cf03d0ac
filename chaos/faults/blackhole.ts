/**
 * Data is swallowed and the connection stays, until the heal closes it: a router that forgot its
 * state.
 */
import { defineFault } from '../fault.ts';
import { directionParam, injectToxics, streamsOf } from '../link-fault.ts';

export default defineFault({
  kind: 'blackhole',
  summary: 'swallows all data; connections die when it ends',
  acts: 'link',
  additive: false,
  underState: 'ends',
  params: { direction: directionParam },
  resolve: (params) => ({
    toxics: streamsOf(params).map((stream) => ({
      type: 'timeout',
      stream,
      attributes: { timeout: 0 },
    })),
    down: false,
    proof: { kind: 'swallowed' },
  }),
  inject: injectToxics,
});
