/**
 * k6, as it is found: on the PATH or where K6_BIN says, which version it is and whether it was
 * built with the MQTT extension. A script is looked through before anything of a run is started, so
 * that a mistake in it costs nothing.
 */
import { execFile } from 'node:child_process';
import { WorldError } from '#kernel';
import { findBinary } from '../find-binary.ts';

export interface FoundK6 {
  path: string;
  version: string;
  /** Built by xk6 with the module that scripts import as `k6/x/mqtt`. */
  hasMqtt: boolean;
}

const LEAST = [1, 8] as const;
const BRING = 'go install go.k6.io/k6@v1.8.1, and put it on the PATH or name it in K6_BIN';
const LOOK_MS = 30_000;

/**
 * It must not fetch another k6 from the network where a script imports what this one lacks: what
 * was asked for by name is never silently replaced.
 */
export const K6_SETTINGS = ['K6_AUTO_EXTENSION_RESOLUTION=false', 'K6_NO_USAGE_REPORT=true'];

export async function findK6(): Promise<FoundK6> {
  const asked = process.env.K6_BIN;
  const path = findBinary(asked === undefined || asked === '' ? 'k6' : asked);
  if (path === null) {
    const where = asked ? `K6_BIN names ${asked}, which cannot be executed` : 'there is none';
    throw new WorldError('missing-binary', `k6 is needed for load, and ${where}`, BRING);
  }
  const { stdout: said, failed } = await ask(path, ['version']);
  const version = /\bv(\d+)\.(\d+)\.(\d+\S*)/.exec(said);
  if (failed || version === null) {
    throw new WorldError('component', `${path} does not say that it is k6`, BRING);
  }
  const [number, major, minor] = version;
  const isOld =
    Number(major) < LEAST[0] || (Number(major) === LEAST[0] && Number(minor) < LEAST[1]);
  if (isOld) {
    const message = `${path} is k6 ${number}, and load needs ${LEAST.join('.')} or later`;
    throw new WorldError('component', message, BRING);
  }
  return { path, version: number.slice(1), hasMqtt: said.includes('k6/x/mqtt') };
}

/** Thresholds by metric, as a script declares them. */
export type Thresholds = Readonly<Record<string, readonly string[]>>;

/** Runs what the script does at its beginning, and nothing else of it. */
export async function lookThrough(
  { path }: FoundK6,
  script: string,
  name: string,
): Promise<Thresholds> {
  const { stdout, stderr, failed } = await ask(path, ['inspect', script]);
  if (!failed) {
    const { thresholds } = JSON.parse(stdout) as { thresholds?: Thresholds | null };
    return thresholds ?? {};
  }
  const message = `k6 cannot run ${name}: ${wordsOf(stderr)}`;
  throw new WorldError('k6-script', message, `try it by hand: k6 inspect ${name}`);
}

/** The last error that k6 has logged, without its time and level. */
export function wordsOf(log: string): string {
  const errors = log.split('\n').filter((line) => / level=(error|fatal) /.test(line));
  const last = errors.at(-1) ?? log.trim().split('\n').at(-1) ?? '';
  const quoted = /\bmsg="((?:[^"\\]|\\.)*)"/.exec(last)?.[1];
  const words = quoted === undefined ? last : quoted.replaceAll('\\n', ' ').replaceAll('\\"', '"');
  return words.trim().slice(0, 600);
}

interface Said {
  stdout: string;
  stderr: string;
  failed: boolean;
}

function ask(path: string, args: string[]): Promise<Said> {
  const [settings, options] = [K6_SETTINGS, { timeout: LOOK_MS, maxBuffer: 2 ** 24 }];
  return new Promise((resolve) => {
    execFile('env', [...settings, path, ...args], options, (error, stdout, stderr) =>
      resolve({ stdout, stderr, failed: error !== null }),
    );
  });
}
