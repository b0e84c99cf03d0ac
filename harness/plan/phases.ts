/** When a run is in which phase: one after the other, each as long as the scenario says. */
import type { PhasePlan } from '#kernel';
import type { Scenario } from '#scenarios';

export function planPhases(scenario: Scenario): PhasePlan[] {
  const { warmupMs, steadyMs, chaosMs, settleMs, drainMs } = scenario.time;
  const lengths: [PhasePlan['name'], number][] = [
    ['warmup', warmupMs],
    ['steady', steadyMs],
    ['chaos', chaosMs],
    ['settle', settleMs],
    ['drain', drainMs],
  ];
  let at = 0;
  return lengths.map(([name, length]) => {
    const from = at;
    at += length;
    return { name, from, to: at };
  });
}
