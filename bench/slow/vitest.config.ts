/** The tests that take minutes, most of it waiting for sockets: `npm run test:slow`. */
import { testsIn } from '../../vitest.config.ts';

export default testsIn(['bench/slow/**/*.test.ts'], []);
