/** Words as a shell must be given them, so that it takes each as one and as it is. */

export const shellWord = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export const shellLine = (words: readonly string[]): string => words.map(shellWord).join(' ');
