/** The library at more seeds than each call of the tests tries, and the rest of it at the first. */
import { FAR, NEAR, staysFrozen } from '../../tests/frozen.ts';
import { inShare } from '../../tests/share.ts';

const all = [...NEAR, ...FAR];
staysFrozen(
  [1],
  FAR.filter((name) => inShare(name)),
);
staysFrozen(
  [2, 3],
  all.filter((name) => inShare(name)),
);
