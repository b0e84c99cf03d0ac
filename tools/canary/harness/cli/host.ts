/** Honest: the host is on the list of files that touch the machine. */
import { readFileSync } from 'node:fs';
export const read = (path: string): string => readFileSync(path, 'utf8');
export const now = (): string => process.version + Date.now();
