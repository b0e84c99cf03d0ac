/**
 * Power goes at every step that the flash of a device makes in two updates in a row, before it and
 * half way through it; then at two steps in a row; each with whole images, and with patches. Each
 * device of a fleet is cut at another step, in virtual time and through everything that a real run
 * goes through, so that one run tries all of them; the checkers of firmware judge it. The same for
 * campaigns that are called off while devices load, install or try what they ship. Then the
 * same with each bug of the firmware planted, which must be found.
 *
 *   node bench/power-cuts.ts [--devices 640] [--only single|double|bugs] [--flash] [--keep FOLDER]
 *
 * With --flash sectors wear out, bits turn and room is taken beside the cuts.
 *
 * Takes some minutes. Exits 1 when a cut does harm, too few are made, or a bug is not found.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { countOf } from './arguments.ts';
import { bugs, type CutWay } from './power-cuts/cuts.ts';
import { type CutRun, playCuts } from './power-cuts/run.ts';

const { values: options } = parseArgs({
  options: {
    devices: { type: 'string', default: '640' },
    only: { type: 'string', default: '' },
    flash: { type: 'boolean', default: false },
    keep: { type: 'string' },
  },
});
const DEVICES = countOf(options.devices, 640);
/** For bugs every third step of one update is enough. */
const BUG_DEVICES = Math.ceil(DEVICES / 6);
/** So many steps at least must have been cut. */
const LEAST: Readonly<Record<Exclude<CutWay, 'sparse'>, number>> = {
  single: 500,
  double: 2 * 200,
};

const CALLED_OFF = { shipped: 'cancelled' } as const;

const folder = options.keep ?? mkdtempSync(join(tmpdir(), 'twinstorm-cuts-'));
let bad = 0;

for (const way of ['single', 'double'] as const) {
  if (options.only !== '' && options.only !== way) continue;
  for (const shipped of ['full', 'delta', 'cancelled'] as const) {
    const run = await playCuts(folder, way, null, DEVICES, { shipped, flash: options.flash });
    const isMet = shipped !== 'cancelled' || run.leftOff.size > 0;
    const isWhole = DEVICES < 640 || (run.cuts >= LEAST[way] && isMet);
    tell(run.failed.length === 0 && isWhole && run.judged > 0, `${way} cuts, ${shipped}`, run);
  }
}
if (options.only === '' || options.only === 'bugs') {
  for (const [what, how] of [
    ['bad firmware, no bug', {}],
    ['called off, no bug', CALLED_OFF],
  ] as const) {
    const honest = await playCuts(folder, 'sparse', null, BUG_DEVICES, how);
    tell(honest.failed.length === 0 && honest.judged > 0, what, honest);
  }
  for (const bug of await bugs()) {
    const run = await playCuts(folder, 'sparse', bug, BUG_DEVICES);
    // Some show only where a campaign is called off.
    const isFound = run.failed.length > 0;
    const shown = isFound ? run : await playCuts(folder, 'sparse', bug, BUG_DEVICES, CALLED_OFF);
    tell(shown.failed.length > 0, bug, shown);
  }
}
if (options.keep === undefined) rmSync(folder, { recursive: true, force: true });
process.exit(bad === 0 ? 0 : 1);

function tell(isGood: boolean, what: string, run: CutRun): void {
  const { cuts, states, leftOff, failed, judged, said } = run;
  if (!isGood) bad++;
  const where = listed(states);
  const off = leftOff.size === 0 ? '' : `; left off in ${listed(leftOff)}`;
  const by = failed.length === 0 ? 'nothing is found' : `found by ${failed.join(', ')}`;
  process.stdout.write(
    `${isGood ? 'ok ' : 'BAD'} ${what}: ${cuts} cuts, ${judged} promises decided, ${by}\n` +
      `    in ${where}${off}\n${judged === 0 ? `${said}\n` : ''}`,
  );
}

function listed(counts: ReadonlyMap<string, number>): string {
  const each = [...counts].sort().map(([state, count]) => `${state} ${count}`);
  return each.join(', ');
}
