/** Honest: a service stands on the store, and on what lies in its own folder. */
export { kept } from '../store/honest.ts';
export { own } from './echo/own.ts';
