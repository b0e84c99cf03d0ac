/** The library at more seeds than each call of the tests tries. */
import { staysFrozen } from '../../tests/frozen.ts';

staysFrozen([2, 3]);
