/** The library at its first frozen seed; the others are among the slow tests. */
import { staysFrozen } from './frozen.ts';

staysFrozen([1]);
