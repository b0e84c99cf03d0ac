/** Honest: a type touches nothing, paths are arithmetic on text, a next tick is free. */
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
export const end = (link: Duplex): void => {
  process.nextTick(() => link.end(join('a', 'b')));
};
