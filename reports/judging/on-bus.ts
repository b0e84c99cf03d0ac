/** How often those on the bus of a gateway are to be heard, by the plan; 0 where nobody is. */
import type { Plan } from '#kernel';

export function pollUsOf(plan: Plan, gateway: number): number {
  const entry = plan.entries[plan.devices[gateway]?.entry ?? -1];
  const bus = entry?.parts.find(({ kind }) => kind === 'gateway')?.params.bus;
  const { poll, sleepy } = (typeof bus === 'object' ? bus : {}) as {
    poll?: unknown;
    sleepy?: { wakes?: unknown };
  };
  return 1000 * Number(sleepy?.wakes ?? poll ?? 0);
}
