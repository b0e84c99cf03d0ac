/** Honest: a door. */
export { now } from './time.ts';
