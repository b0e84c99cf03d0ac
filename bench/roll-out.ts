/**
 * Two thousand devices get new firmware in waves, over sockets and through proxies that fail, and
 * one in twenty loads what a fault has spoilt. Says how long that took, how all of them ended by
 * what is in their flash, and what those loaded that were interrupted again and again.
 *
 *   node bench/roll-out.ts [seed=31]
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Result } from '#reports';
import { countOf } from './arguments.ts';

const [DEVICES, FAILING, MOST_MS, MORE] = [2000, 0.05, 180_000, 1.05] as const;
/** Loaded in so many stretches, it was interrupted three times. */
const STRETCHES = 4;
const NEW = '2.1.0';
const LEDGER_BYTES = 2 ** 30;

const seed = countOf(process.argv[2], 31);
const out = join(mkdtempSync(join(tmpdir(), 'twinstorm-roll-out-')), 'run');
const beganAt = performance.now();
const run = ['run', 'bench/roll-out.yaml', '--gear', 'real', '--shards', '2', '--quiet'];
const { status } = call([...run, '--seed', `${seed}`, '--out', out]);
const tookMs = performance.now() - beganAt;

interface Line {
  op: string;
  device?: string;
  version: string;
  bytes: number;
  size: number;
  status: string;
}
interface Flash {
  runs: string;
  kept: string;
  isDown: boolean;
  bytes: number;
  size: number;
  stretches: number;
}

const flashes = new Map<string, Flash>();
let isHarmed = 0;
for (const text of call(['ledger', out]).stdout.split('\n')) {
  if (!text.includes('"op":"ota/')) continue;
  const { op, device, version, bytes, size } = JSON.parse(text) as Line;
  if (device === undefined) continue;
  const flash = flashOf(device);
  if (op === 'ota/booted') flash.runs = version;
  else if (op === 'ota/kept') flash.kept = version;
  else if (op === 'ota/bricked') flash.isDown = true;
  else if (op === 'ota/harmed') isHarmed++;
  else if (op === 'ota/fetched') {
    flash.bytes += bytes;
    flash.size = size;
    flash.stretches++;
  }
}

const all = [...flashes.values()];
const ended = all.filter(({ runs, kept, isDown }) => runs === kept && !isDown);
const updated = ended.filter(({ kept }) => kept === NEW).length;
const interrupted = all.filter(({ stretches }) => stretches >= STRETCHES);
const most = Math.max(0, ...interrupted.map(({ bytes, size }) => bytes / size));
const { verdict, checkers, faults } = JSON.parse(
  readFileSync(join(out, 'result.json'), 'utf8'),
) as Result;
for (const { id, verdict: own, summary } of checkers) {
  if (/^(ota-|inventory)/.test(id) || own === 'fail') say(`  ${own.padEnd(8)} ${id}: ${summary}`);
}
const effective = faults.filter((fault) => fault.effective === true).length;
say(`  ${effective} of ${faults.length} faults effective`);
const failed = ended.length - updated;
const wishes: [boolean, string][] = [
  [status === 0 && verdict === 'pass', `verdict ${verdict}, exit ${status}`],
  [tookMs <= MOST_MS, `${(tookMs / 1000).toFixed(1)} s from start to verdict, wanted 180`],
  [ended.length === DEVICES, `${ended.length} of ${DEVICES} run what they keep, by their flash`],
  [
    failed === isHarmed && failed > (DEVICES * FAILING) / 2,
    `${updated} keep ${NEW}, ${failed} what they had; a fault spoilt ${isHarmed}`,
  ],
  [
    interrupted.length > 0 && most <= MORE,
    `${interrupted.length} were interrupted three times or more, and loaded at most ` +
      `${most.toFixed(4)} of the image`,
  ],
];
for (const [isKept, what] of wishes) say(`${isKept ? 'ok  ' : 'MISS'} ${what}`);
say(`the run lies in ${out}`);
process.exitCode = wishes.every(([isKept]) => isKept) ? 0 : 1;

function flashOf(device: string): Flash {
  const flash = flashes.get(device) ?? {
    ...{ runs: '', kept: '', isDown: false, bytes: 0, size: 0, stretches: 0 },
  };
  flashes.set(device, flash);
  return flash;
}

function call(args: readonly string[]): { status: number | null; stdout: string } {
  const options = { encoding: 'utf8', maxBuffer: LEDGER_BYTES } as const;
  return spawnSync(process.execPath, ['bin/twinstorm.js', ...args], options);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
