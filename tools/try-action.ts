/**
 * Runs the steps of action.yml as GitHub would, from a copy of this repository in a folder with a
 * space in its name: a scenario that passes, one with a planted bug, and one that does not exist.
 * `uses:` of other actions is passed over and said; everything of ours runs.
 *
 *   node tools/try-action.ts
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionRun, readAction, runAction } from './action-steps.ts';
import { ROOT } from './house.ts';
import { copyHouse } from './house-copy.ts';
import { finish } from './verdict.ts';

const SMALL = "--gear sim --set 'fleet[0].count=5'";

const scratch = mkdtempSync(join(tmpdir(), 'action-'));
try {
  finish('action', tried(), 'every step ran: pass, fail and a bad scenario are handed on');
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function tried(): string[] {
  const action = readAction(readFileSync(join(ROOT, 'action.yml'), 'utf8'));
  const place = {
    action: join(scratch, 'the action'),
    workspace: join(scratch, 'workspace'),
    files: join(scratch, 'files'),
  };
  copyHouse(place.action);
  mkdirSync(place.workspace);
  const run = (given: Record<string, string>): ActionRun => runAction(action, given, place);

  const passing = run({ scenario: 'hello-fleet', args: SMALL, out: 'good run' });
  for (const name of passing.passedOver) process.stdout.write(`passed over: ${name}\n`);
  const seeds = run({ scenario: 'hello-fleet', args: SMALL, out: 'seeds', seeds: '1,2' });
  const bug = `${SMALL} --mutant telemetry-loses-acked-row`;
  const failing = run({ scenario: 'hello-fleet', args: bug, out: 'bad' });
  const absent = run({ scenario: 'no-such-scenario', out: 'none' });
  return [
    ...unless(passing.code === 0, `a passing scenario ends with ${passing.code}`, passing),
    ...unless(passing.outputs['exit-code'] === '0', 'exit-code is not 0', passing),
    ...unless(/\bpass/i.test(passing.summary), 'the summary does not say pass', passing),
    ...unless(
      existsSync(join(place.workspace, passing.outputs.out ?? 'none', 'result.json')),
      'the output out leads to no result',
      passing,
    ),
    ...unless(seeds.code === 0 && seeds.summary.length > 50, 'two seeds are not run', seeds),
    ...unless(failing.code === 1, `a planted bug ends with ${failing.code}`, failing),
    ...unless(failing.outputs['exit-code'] === '1', 'exit-code is not 1', failing),
    ...unless(/\bfail/i.test(failing.summary), 'the summary does not say fail', failing),
    ...unless(absent.code === 3, `a scenario that is not there ends with ${absent.code}`, absent),
  ];
}

function unless(holds: boolean, sentence: string, { log }: ActionRun): string[] {
  return holds ? [] : [`${sentence}\n${log.split('\n').slice(-15).join('\n')}`];
}
