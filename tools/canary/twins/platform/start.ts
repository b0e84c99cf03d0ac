/** Honest: puts the rooms together. */
export { sticks } from './broker/honest.ts';
