/** Honest: a broker stands on the store. */
export { kept as sticks } from '../store/honest.ts';
