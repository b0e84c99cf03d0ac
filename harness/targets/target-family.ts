/** How a kind of target is known: by what a plan asks of it, and here by how it is started too. */
import type { Family } from '#kernel';
import { targetWords } from '../plan/target-words.ts';
import type { TargetKind } from './target.ts';

export const targetFamily: Family<TargetKind> = {
  ...targetWords,
  duties: async () => (await import('./target-duties.ts')).duties,
};
