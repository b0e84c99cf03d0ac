/** What a command line asks of a scenario that cannot be had of it. */
import type { Gear, Problem } from '#kernel';
import type { Scenario } from '#scenarios';
import { dialectProblems } from '../dialects/dialect-choice.ts';

export function requestProblems(request: {
  scenario: Scenario;
  gear: Gear;
  devices: number | null;
  mutant: string | null;
}): Problem[] {
  const { scenario, gear, devices, mutant } = request;
  const problems: Problem[] = [];
  if (scenario.target.kind === 'url') problems.push(...dialectProblems(scenario.target));
  if (gear === 'sim' && scenario.target.kind !== 'embedded') {
    problems.push({
      code: 'gear',
      path: 'target',
      message: 'the sim gear has only the platform twin as its target',
      hint: 'run it with --gear real, or say target: embedded',
    });
  }
  if (mutant !== null && scenario.target.kind !== 'embedded') {
    problems.push({
      code: 'mutant',
      path: 'target',
      message: 'a mutant can only be planted in the platform twin',
      hint: 'use target: embedded',
    });
  }
  if (devices !== null && devices < 1) {
    problems.push({ code: 'devices', message: '--devices must be at least 1' });
  }
  return problems;
}
