/**
 * A planted bug drawn for each seed, in a scenario that was not written for it. Whether it fires
 * there is chance; where it did, the run must fail, and where it did not, the run must be as the
 * honest twin's.
 */
import { hashText } from '#kernel';
import type { Finding, ProvingCase } from './case.ts';
import type { Ground } from './ground.ts';
import type { Options } from './options.ts';
import { argsOf, inRun, lineOf, type Outcome, type RunWish } from './run-scenario.ts';

export function drawnCases(ground: Ground, options: Options): ProvingCase[] {
  const { seeds, from, devices, sets, keep } = options;
  const { mutants } = ground;
  return [...ground.scenarios.values()].flatMap((scenario) =>
    Array.from({ length: seeds }, (_, k) => from + k).flatMap((seed): ProvingCase[] => {
      const mutant = mutants[hashText(`mutant/${seed}`) % mutants.length]?.kind;
      if (mutant === undefined) return [];
      const wish: RunWish = { scenario, seed, mutant, devices, sets };
      return [
        {
          sort: 'drawn',
          of: scenario.name,
          id: `drawn/${scenario.name}/${seed}/${mutant}`,
          over: ground.digest(scenario.text, argsOf(wish).join(' ')),
          again: lineOf(argsOf(wish)),
          prove: (signal) => inRun(wish, keep, signal, (one) => judgedDrawn(one, mutant)),
        },
      ];
    }),
  );
}

export function judgedDrawn({ exit, fired, said }: Outcome, mutant: string): Finding {
  if (fired > 0 && exit !== 1) {
    return { wrong: `${mutant} fired ${fired} times and the run ended with exit ${exit}`, fired };
  }
  if (fired === 0 && exit !== 0) {
    return { wrong: `${mutant} did not fire and the run ended with exit ${exit}: ${said}`, fired };
  }
  return { wrong: null, fired };
}
