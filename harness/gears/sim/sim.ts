/**
 * The sim gear from outside: an engine process that lives in virtual time, and this parent that
 * keeps real time for the panel, the deadline and Ctrl-C.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { WorldError } from '#kernel';
import { remedyFor } from '../../processes/remote.ts';
import type { Outcome } from '../../run/conductor.ts';
import type { Progress } from '../../run/progress.ts';
import { type GearReport, type GearRequest, Interrupted } from '../gear.ts';

/** What the engine prints, one JSON object a line. */
type EngineLine =
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

export async function runSim(request: GearRequest): Promise<GearReport> {
  const here = import.meta.url;
  const suffix = here.endsWith('.ts') ? 'ts' : 'js';
  const clock = new URL(`./sim-clock.${suffix}`, here).href;
  const engine = fileURLToPath(new URL(`./sim-engine.${suffix}`, here));
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      '--import',
      clock,
      engine,
      request.directory.path,
      ...request.plugins,
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const stop = (): void => void child.kill('SIGTERM');
  request.signal.addEventListener('abort', stop, { once: true });
  if (request.signal.aborted) stop();
  try {
    return await follow(child, request);
  } finally {
    request.signal.removeEventListener('abort', stop);
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  }
}

function follow(child: ChildProcess, request: GearRequest): Promise<GearReport> {
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
      if (line.kind === 'progress') request.progress(line.progress);
      else if (line.kind === 'say') request.say(line.text);
      else if (line.kind === 'error')
        failure = new WorldError(line.code, line.message, line.remedy);
      else report = reportOf(line);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (failure !== null) reject(failure);
      else if (report !== null && code === 0) resolve(report);
      else if (signal === 'SIGINT' || (request.signal.aborted && signal === 'SIGTERM'))
        reject(new Interrupted());
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
