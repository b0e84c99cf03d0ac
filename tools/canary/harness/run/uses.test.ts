// Honest: a test may use what another room offers to tests.
import { wait } from '../../devices/testing/clock.ts';
export const waited = wait;
