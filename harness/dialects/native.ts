/** The product's own dialect, which the platform twin speaks. */
import { assert } from '#kernel';
import { defineDialect } from './dialect.ts';
import { laneDialect } from './lanes.ts';

export default defineDialect({
  kind: 'native',
  summary: 'tw/<run>/<lane>/<device>/<stream> with an envelope',
  codec: 'json',
  isLaned: true,
  packs: true,
  serves: ({ topic, payload }) => topic === null && payload === null,
  bind: ({ run, codec }) => {
    assert(codec !== null, 'the plan has chosen a codec');
    return laneDialect(run, codec);
  },
});
