/**
 * Damages the ledgers of passing runs, a copy each time, and judges what is left. A hole in our own
 * ledger is ours: such a run is invalid or unknown, never a fail, never a pass, and nobody but the
 * checker of ourselves may find anything in it. A block that stands twice hides nothing, and is
 * told.
 *
 *   node bench/damaged-ledgers.ts [count=500] [seed=1] [scenario …]
 *
 * A scenario of the library runs in sim; `NAME:real` runs it over sockets, with two shards. Prints
 * the figures by kind of damage and exits 1 when a damaged ledger was believed.
 */
import { planDigest } from '#harness';
import { type Random, randomStream } from '#kernel';
import { oracleFamily } from '#oracles';
import { checkerFamily, closingLines, judge, proofFamily, type Result } from '#reports';
import { wholeCatalog } from '../harness/cli/families.ts';
import { countOf } from './arguments.ts';
import { DAMAGES } from './damaged/damages.ts';
import { type PassingRun, passingRun, sourcesOf } from './damaged/passing-run.ts';

const RUNS = [
  'regional-partition:real',
  'blackhole-uplink',
  'broker-kill',
  'command-and-answer',
  'hello-fleet',
  'power-cut',
  'regional-partition',
  'retained-and-wills',
  'sleepy-sensors',
];
/** Blocks of so many entries: a damaged one hides little, as after a flush. */
const BLOCKS = [7, 40, 300];

const [given, seed, ...names] = process.argv.slice(2);
const count = countOf(given, 500);
const random = randomStream(countOf(seed, 1), 'damaged-ledgers');
const catalog = await wholeCatalog();
const kinds = {
  checkers: [...catalog.of(checkerFamily).values()],
  proofs: [...catalog.of(proofFamily).values()],
  oracles: [...catalog.of(oracleFamily).values()],
};
const holeFinders = new Set(
  kinds.checkers.filter(({ findsHoles }) => findsHoles).map(({ kind }) => kind),
);

const runs = (names.length > 0 ? names : RUNS).map((name, index) => {
  const run = passingRun(name, BLOCKS[index % BLOCKS.length] ?? 7);
  const { verdict, reasons } = judged(run);
  if (verdict !== 'pass') throw new Error(`${name}, undamaged: ${reasons.join(' ')}`);
  return run;
});
const targets = runs.flatMap((run) =>
  [...run.segments.keys()].map((segment) => ({ run, segment })),
);
const tally = new Map<string, Map<string, number>>();
let believed = 0;
for (let k = 0; k < count; k++) tryOne(k, random);
for (const [kind, verdicts] of tally) {
  const said = [...verdicts].sort().map(([verdict, times]) => `${times} ${verdict}`);
  process.stdout.write(`${kind.padEnd(8)} ${said.join(', ')}\n`);
}
const where = `${targets.length} segments of ${runs.length} runs`;
process.stdout.write(`${count} damaged ledgers of ${where}, ${believed} believed\n`);
process.exitCode = believed === 0 ? 0 : 1;

/** Every kind of damage in every segment in turn; where in it is drawn. */
function tryOne(k: number, from: Random): void {
  const all = Object.entries(DAMAGES);
  const [kind = '', damage] = all[k % all.length] ?? [];
  const target = targets[Math.floor(k / all.length) % targets.length];
  if (damage === undefined || target === undefined) throw new Error('there is nothing to damage');
  const { run, segment } = target;
  const { bytes, what } = damage(run.segments.get(segment) ?? new Uint8Array(0), from);
  let verdict = 'thrown';
  let wrong: string | null;
  try {
    const result = judged(run, segment, bytes);
    ({ verdict } = result);
    wrong = wrongWith(result, kind);
  } catch (error) {
    wrong = (error as Error).stack ?? String(error);
  }
  const verdicts = tally.get(kind) ?? new Map<string, number>();
  tally.set(kind, verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1));
  if (wrong === null) return;
  believed++;
  process.stdout.write(`BELIEVED ${run.name}, ${segment}, ${what}: ${wrong}\n`);
}

function judged(run: PassingRun, segment?: string, bytes?: Uint8Array): Result {
  const { plan } = run;
  const segments = sourcesOf(run, segment, bytes);
  const result = judge({ plan, planSha256: planDigest(plan), segments, ...kinds });
  // What a person would be told must be tellable too.
  closingLines(result, { colour: false });
  return result;
}

/** Null when the damage was taken for what it is. */
function wrongWith({ verdict, reasons, checkers }: Result, kind: string): string | null {
  const said = reasons.join(' ');
  if (verdict === 'pass' || verdict === 'fail') return `${verdict}: ${said}`;
  if (kind === 'doubled' && !/twice/.test(said)) return `not told: ${said}`;
  const finder = checkers.find(({ id, findingCount }) => findingCount > 0 && !holeFinders.has(id));
  return finder === undefined ? null : `${finder.id} found ${finder.findings[0]?.message}`;
}
