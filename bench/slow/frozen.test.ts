/** The library at more seeds than each call of the tests tries, and the rest of it at the first. */
import { FAR, staysFrozen } from '../../tests/frozen.ts';

staysFrozen([1], FAR);
staysFrozen([2, 3]);
