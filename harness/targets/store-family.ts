/** How a kind of store is known: by what a plan asks of it, and here by how it is opened too. */
import type { Family } from '#kernel';
import { storeWords } from '../plan/store-words.ts';
import type { StoreKind } from './store.ts';

export const storeFamily: Family<StoreKind> = {
  ...storeWords,
  duties: async () => (await import('./store-duties.ts')).duties,
};
