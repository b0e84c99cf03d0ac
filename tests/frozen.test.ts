/** A third of the library at its first frozen seed; all else is among the slow tests. */
import { NEAR, staysFrozen } from './frozen.ts';

staysFrozen([1], NEAR);
