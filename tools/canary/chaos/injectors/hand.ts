/** Honest: an injector is on the list. */
export { spawn } from 'node:child_process';
