/** TEST ONLY. Entries as a test writes them. */
export { entryOf, filled, type LooseFields } from '../duties/fields.ts';
