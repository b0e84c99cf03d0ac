/**
 * A short run that passes, by the command that a user types, and its ledger in memory. The segments
 * are written again in small blocks, as a writer that flushes often would leave them: what hides in
 * a small hole is the hardest to know.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RunDirectory } from '#harness';
import {
  bytesSource,
  LedgerEncoder,
  opTable,
  type Plan,
  SegmentReader,
  type SegmentSource,
} from '#kernel';
import { ROOT } from '../../tools/house.ts';

export interface PassingRun {
  name: string;
  plan: Plan;
  /** By name. */
  segments: ReadonlyMap<string, Uint8Array>;
}

const REAL = ':real';
/** No scenario of the library takes so long. */
const DEADLINE_MS = 5 * 60_000;

/** Over sockets a busy machine makes a run invalid now and then. */
const TRIES = 5;

/** `name` is a scenario of the library; with `:real` behind it, over sockets and two shards. */
export function passingRun(name: string, every: number): PassingRun {
  const tries = name.endsWith(REAL) ? TRIES : 1;
  for (let tried = 1; ; tried++) {
    try {
      return runOnce(name, every);
    } catch (error) {
      if (tried === tries) throw error;
    }
  }
}

function runOnce(name: string, every: number): PassingRun {
  const folder = mkdtempSync(join(tmpdir(), 'damaged-'));
  try {
    const out = join(folder, 'run');
    const gear = name.endsWith(REAL) ? ['real', '--shards', '2'] : ['sim'];
    const file = join(ROOT, 'scenarios', 'library', `${name.replace(REAL, '')}.yaml`);
    const command = [join(ROOT, 'bin', 'twinstorm.js'), 'run', file, '--gear', ...gear];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [...command, '--out', out, '--quiet', '--set', 'report=[]'],
      { encoding: 'utf8', timeout: DEADLINE_MS },
    );
    if (status !== 0) throw new Error(`${name} did not pass: ${stdout}${stderr}`);
    const directory = new RunDirectory(out);
    const plan = directory.readPlan();
    const segments = new Map(
      directory.segments().map((segment) => [segment.name, inSmallBlocks(plan, segment, every)]),
    );
    return { name, plan, segments };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function inSmallBlocks(plan: Plan, { source }: { source: SegmentSource }, every: number) {
  const ops = opTable(plan.ops);
  const reader = new SegmentReader(source, ops);
  const parts: Uint8Array[] = [];
  const encoder = new LedgerEncoder(reader.header, (part) => parts.push(part.slice()), ops);
  for (let entry = reader.next(); entry !== null; entry = reader.next()) {
    encoder.write(entry.t, entry.op, entry as never);
    if (encoder.entries % every === 0) encoder.flush();
  }
  encoder.close();
  return Buffer.concat(parts);
}

/** The segments of a run, with one of them exchanged. */
export const sourcesOf = (run: PassingRun, name = '', bytes: Uint8Array = new Uint8Array(0)) =>
  [...run.segments].map(([segment, whole]) => ({
    name: segment,
    source: bytesSource(segment === name ? bytes : whole),
  }));
