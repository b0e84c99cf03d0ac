/** A decision as a witness tells of it: by which moment it was so, and what came of that. */
import type { Oracles } from '#oracles';
import type { WitnessEvent } from '../result.ts';

type Decision = ReturnType<Oracles['acts']['decisionsOf']>[number];

/** `decided`: when, by the clock of the run. */
export const decisionEvents = (decision: Decision, decided: number): WitnessEvent[] => {
  const { at, act, rule, version, subject, values } = decision;
  const said = values === null ? 'what nobody can read' : JSON.stringify(values);
  const moment = `${rule}, version ${version}, by ${said}`;
  return [
    { t: at, who: subject, what: moment },
    { t: decided, who: 'target', what: `${act}: ${outcomeOf(decision)}` },
  ];
};

export const outcomeOf = ({ done, why, by }: Pick<Decision, 'done' | 'why' | 'by'>): string =>
  done ? 'done' : `held, ${why}${by === '' ? '' : ` with ${by}`}`;
