// walls: core-by-list
export { readFileSync } from 'node:fs';
