// walls: core-by-list
export { createServer } from 'node:net';
