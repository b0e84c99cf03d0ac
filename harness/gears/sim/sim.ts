/**
 * The sim gear from outside: an engine process that lives in virtual time, and this parent that
 * keeps real time for the panel, the deadline and Ctrl-C.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WorldError } from '#kernel';
import { remedyFor } from '../../processes/remote.ts';
import { monotonicMs, RunClock } from '../../record/run-clock.ts';
import type { Outcome } from '../../run/conductor.ts';
import type { Progress } from '../../run/progress.ts';
import { type GearReport, type GearRequest, Interrupted } from '../gear.ts';
import { type EngineBounds, EngineVoice, engineBounds } from './engine-voice.ts';

/** What the engine prints, one JSON object a line. */
type EngineLine =
  | { kind: 'alive' }
  | { kind: 'progress'; progress: Progress }
  | {
      kind: 'outcome';
      outcome: Outcome;
      peakResidentMiB: number;
      cpuSeconds: number;
      mutantFired: number | null;
      notes: string[];
    }
  | { kind: 'say'; text: string }
  | { kind: 'error'; code: string; message: string; remedy?: string };

export async function runSim(
  request: GearRequest,
  bounds: EngineBounds = engineBounds(request.plan),
): Promise<GearReport> {
  const child = spawnEngine(request);
  const voice = new EngineVoice(new RunClock(monotonicMs));
  const silent = Promise.withResolvers<never>();
  let progress: Progress | null = null;
  const stop = (): void => {
    child.kill('SIGTERM');
    voice.expect(bounds.stopMs, () => silent.reject(new Interrupted(endedFor(bounds.stopMs))));
  };
  voice.expect(bounds.silentMs, () =>
    silent.reject(hung(bounds.silentMs, progress, request.plugins)),
  );
  request.signal.addEventListener('abort', stop, { once: true });
  if (request.signal.aborted) stop();
  try {
    const followed = follow(child, request, (line) => {
      voice.hear();
      if (line.kind === 'progress') progress = line.progress;
    });
    return await Promise.race([followed, silent.promise]);
  } finally {
    voice.end();
    request.signal.removeEventListener('abort', stop);
    if (child.exitCode === null && child.signalCode === null) await ended(child);
  }
}

/** Its standard input is a pipe that closes when we are gone, and takes it along. */
function spawnEngine({ directory, plugins }: GearRequest): ChildProcess {
  const here = import.meta.url;
  const suffix = here.endsWith('.ts') ? 'ts' : 'js';
  const clock = new URL(`./sim-clock.${suffix}`, here).href;
  const engine = fileURLToPath(new URL(`./sim-engine.${suffix}`, here));
  return spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      clock,
      engine,
      directory.path,
      ...plugins,
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
}

/** What it has written is whole only when it is gone. */
function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}

const endedFor = (boundMs: number): string =>
  `stopped by hand; the sim engine said nothing for ${boundMs / 1000} s more and was ended`;

function hung(boundMs: number, progress: Progress | null, plugins: readonly string[]): WorldError {
  const at =
    progress === null
      ? 'before its first progress'
      : `after ${(progress.t / 1000).toFixed(1)} s of virtual time, in ${progress.phase}`;
  const names = plugins.map((file) => basename(file)).join(', ');
  const remedy =
    names === ''
      ? 'a step of it never came to its end; please report it'
      : `a hook of a plug-in that never returns does this; look at ${names}`;
  const message = `the sim engine said nothing for ${boundMs / 1000} s, ${at}`;
  return new WorldError('hung', message, remedy);
}

function follow(
  child: ChildProcess,
  request: GearRequest,
  hear: (line: EngineLine) => void,
): Promise<GearReport> {
  return new Promise((resolve, reject) => {
    let report: GearReport | null = null;
    let failure: Error | null = null;
    let errors = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      errors = (errors + text).slice(-4000);
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as EngineLine;
      hear(line);
      if (line.kind === 'progress') request.progress(line.progress);
      else if (line.kind === 'say') request.say(line.text);
      else if (line.kind === 'error')
        failure = new WorldError(line.code, line.message, line.remedy);
      else if (line.kind === 'outcome') report = reportOf(line);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (failure !== null) reject(failure);
      else if (report !== null && code === 0) resolve(report);
      else if (signal === 'SIGINT' || (request.signal.aborted && signal === 'SIGTERM'))
        reject(new Interrupted('stopped by hand, and ended with the sim engine'));
      else reject(endOf(signal, code, errors));
    });
  });
}

/** A mistake of ours ends the engine with a code, and whatever comes from outside with a signal. */
function endOf(signal: NodeJS.Signals | null, code: number | null, errors: string): Error {
  const message = `the sim engine ended with ${signal ?? code}`;
  if (signal === null) return new Error(`${message}\n${errors}`);
  return new WorldError('engine', message, remedyFor(signal) ?? errors);
}

function reportOf(line: Extract<EngineLine, { kind: 'outcome' }>): GearReport {
  return {
    outcome: line.outcome,
    run: 'sim',
    zeroAt: null,
    components: [{ name: 'platform twin', version: '', how: 'in process, in virtual time' }],
    processes: [
      {
        name: 'sim engine',
        peakResidentMiB: line.peakResidentMiB,
        cpuSeconds: line.cpuSeconds,
        worstLagMs: 0,
      },
    ],
    mutantFired: line.mutantFired,
    notes: line.notes,
  };
}
