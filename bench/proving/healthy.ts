/**
 * The honest twin: every scenario at every seed ends as it is meant to, which is a pass unless its
 * tags say otherwise, and what could be decided was.
 */
import type { Finding, ProvingCase } from './case.ts';
import type { Ground } from './ground.ts';
import type { Options } from './options.ts';
import { argsOf, failedBy, inRun, lineOf, type Outcome, type RunWish } from './run-scenario.ts';

export function healthyCases(ground: Ground, options: Options): ProvingCase[] {
  const { seeds, from, devices, sets, keep, decided } = options;
  return [...ground.scenarios.values()].flatMap((scenario) =>
    Array.from({ length: seeds }, (_, k): ProvingCase => {
      const wish: RunWish = { scenario, seed: from + k, mutant: null, devices, sets };
      return {
        sort: 'healthy',
        of: scenario.name,
        id: `healthy/${scenario.name}/${wish.seed}`,
        over: ground.digest(scenario.text, argsOf(wish).join(' '), String(decided)),
        again: lineOf(argsOf(wish)),
        prove: (signal) =>
          inRun(wish, keep, signal, (outcome) => judgedHealthy(outcome, scenario.meantTo, decided)),
      };
    }),
  );
}

export function judgedHealthy(outcome: Outcome, meantTo: string, wanted: number): Finding {
  const { exit, verdict, said } = outcome;
  if (verdict !== meantTo) {
    const failed = failedBy(outcome).join(', ');
    const why = failed === '' ? said : `failed by ${failed}`;
    return { wrong: `exit ${exit}, ${verdict ?? 'no verdict'} instead of ${meantTo}: ${why}` };
  }
  const judged = outcome.checkers.filter(({ obligations }) => obligations > 0);
  const shareOf = (one: (typeof judged)[number]): number => one.decided / one.obligations;
  const decided = Math.min(1, ...judged.map(shareOf));
  if (meantTo !== 'pass' || decided >= wanted) return { wrong: null, decided };
  const worst = judged.filter((one) => shareOf(one) < wanted).map(({ id }) => id);
  return { wrong: `only ${percent(decided)} decided by ${worst.join(', ')}`, decided };
}

export const percent = (share: number): string => `${Math.floor(share * 1000) / 10} %`;
