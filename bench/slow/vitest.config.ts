/** The tests that wait for sockets by the minute, run like all others: `npm run test:slow`. */
import { testsIn } from '../../vitest.config.ts';

export default testsIn(['bench/slow/**/*.test.ts'], []);
