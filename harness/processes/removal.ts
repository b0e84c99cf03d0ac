/** What whoever takes a dead run back gives to a shell, so that nothing is left in a place. */
import { shellWord } from './shell-words.ts';

export const removalOf = (path: string): string => `rm -rf ${shellWord(path)}`;
