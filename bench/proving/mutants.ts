/**
 * Planted bugs, each in the scenario that its file names: it fires and is caught by the checker
 * that its file names, at every seed. At the first, `judge` comes to the same result, byte for
 * byte, from the run directory alone in another place.
 */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Finding, ProvingCase } from './case.ts';
import type { Ground, ProvingMutant } from './ground.ts';
import type { Options } from './options.ts';
import {
  argsOf,
  command,
  failedBy,
  inRun,
  lineOf,
  type Outcome,
  type RunWish,
} from './run-scenario.ts';

export function mutantCases(ground: Ground, options: Options): ProvingCase[] {
  const { seeds, from, devices, sets, keep } = options;
  return ground.mutants.flatMap((mutant) =>
    Array.from({ length: seeds }, (_, k): ProvingCase => {
      const { kind, scenario } = mutant;
      const wish: RunWish = { scenario, seed: from + k, mutant: kind, devices, sets };
      return {
        sort: 'mutants',
        of: kind,
        id: `mutants/${kind}/${wish.seed}${k === 0 ? '/judged' : ''}`,
        over: ground.digest(scenario.text, argsOf(wish).join(' '), mutant.caughtBy),
        again: lineOf(argsOf(wish)),
        prove: (signal) =>
          inRun(wish, keep, signal, (outcome) => {
            const finding = judgedMutant(outcome, mutant);
            return k > 0 || finding.wrong !== null ? finding : again(outcome, finding, signal);
          }),
      };
    }),
  );
}

export function judgedMutant(outcome: Outcome, mutant: Pick<ProvingMutant, 'caughtBy'>): Finding {
  const { exit, fired, said } = outcome;
  if (fired === 0) return { wrong: `did not fire, exit ${exit}: ${said}`, fired };
  const failed = failedBy(outcome);
  if (exit === 1 && failed.some((id) => id.includes(mutant.caughtBy)))
    return { wrong: null, fired };
  const by = failed.length === 0 ? 'by nobody' : `by ${failed.join(', ')}`;
  const wrong = `fired ${fired} times, exit ${exit}, caught ${by} and not by ${mutant.caughtBy}`;
  return { wrong, fired };
}

async function again({ out }: Outcome, finding: Finding, signal: AbortSignal): Promise<Finding> {
  const moved = `${out}-elsewhere`;
  renameSync(out, moved);
  const file = join(moved, 'result.json');
  const before = readFileSync(file);
  rmSync(file);
  const { exit, said } = await command(['judge', moved], signal);
  if (exit !== 1) return { ...finding, wrong: `judged again it ended with exit ${exit}: ${said}` };
  const same = before.equals(readFileSync(file));
  return same ? finding : { ...finding, wrong: 'judged again it had another result' };
}
