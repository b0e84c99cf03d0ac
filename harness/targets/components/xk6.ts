/**
 * A k6 with the module `k6/x/mqtt`, built by xk6 where that is. Where it is not, how to get it and
 * what to type is all that can be said: nothing is fetched behind somebody's back.
 */
import { spawn } from 'node:child_process';
import { WorldError } from '#kernel';
import { findBinary } from '../find-binary.ts';

const K6 = 'v1.8.1';
const MQTT = 'github.com/grafana/xk6-mqtt';
const BRING = 'go install go.k6.io/xk6/cmd/xk6@latest';

/** What xk6 is asked for, the file that it writes last. */
const buildArgs = (output: string): string[] => [
  ...['build', K6, '--with', MQTT, '--output', output],
];

const howToBuild = (output: string): string => `${BRING} && xk6 ${buildArgs(output).join(' ')}`;

/** What xk6 says goes on as it is said. */
export async function buildK6(output: string, say: (text: string) => void): Promise<void> {
  const xk6 = findBinary(process.env.XK6_BIN || 'xk6');
  if (xk6 === null) {
    const message = 'xk6 builds a k6 with the MQTT module, and there is none on the PATH';
    throw new WorldError('missing-binary', message, howToBuild(output));
  }
  const child = spawn(xk6, buildArgs(output), { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => say(text));
  }
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (...ended) => resolve(ended));
  });
  if (code === 0) return;
  const why = `xk6 ended with ${signal ?? code}`;
  throw new WorldError(
    'component',
    why,
    `what it said stands above; by hand: ${howToBuild(output)}`,
  );
}
