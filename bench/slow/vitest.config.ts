/** The tests that take minutes, most of it waiting for sockets: `npm run test:slow`. */
import { group, testsIn } from '../../vitest.config.ts';

export default testsIn(group('slow', ['bench/slow/**/*.test.ts']));
