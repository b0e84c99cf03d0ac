/** The thread that holds the pipe from the engine's parent: `end-with-parent.ts` says why. */
import { fstatSync } from 'node:fs';
import { Socket } from 'node:net';

const PARENT_PIPE = 0;

const end = (): void => void process.kill(process.pid, 'SIGKILL');
const input = fstatSync(PARENT_PIPE);
// Who starts the engine by hand gives it a terminal or nothing, which tells of nobody's death.
if (input.isSocket() || input.isFIFO()) {
  new Socket({ fd: PARENT_PIPE, readable: true, writable: false })
    .on('close', end)
    .on('error', end)
    .resume();
}
