// Honest: a test may use the machine.
import { readFileSync } from 'node:fs';
export const text = readFileSync('a', 'utf8') + Date.now() + Math.random();
