/**
 * Runs the Dockerfile as far as it goes without Docker and without an image: every COPY from a copy
 * of this repository, every RUN in a plain folder, and what it would start at the end. What it
 * proves nothing of is the base image and the optional Mosquitto.
 *
 *   node tools/try-dockerfile.ts
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildStages, inStage, readDockerfile } from './dockerfile.ts';
import { ROOT } from './house.ts';
import { copyHouse } from './house-copy.ts';
import { finish } from './verdict.ts';

const scratch = mkdtempSync(join(tmpdir(), 'dockerfile-'));
try {
  finish('dockerfile', tried(), 'every COPY and RUN, in plain folders; no image was pulled');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function tried(): string[] {
  const context = join(scratch, 'context');
  mkdirSync(context);
  copyHouse(context);
  // The base image has the Node that the project has.
  process.env.PATH = `${dirname(process.execPath)}:${process.env.PATH}`;
  const stages = readDockerfile(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const { entrypoint, folder, env } = buildStages(stages, context, join(scratch, 'stages'));
  const [command = '', ...args] = entrypoint;
  const small = ['run', 'hello-fleet', '--gear', 'sim', '--devices', '5', '--out', 'out'];
  const { status, stdout, stderr } = inStage(command, [...args, ...small], folder, env);
  return status === 0 ? [] : [`${command} ends with ${status}: ${stdout}${stderr}`];
}
