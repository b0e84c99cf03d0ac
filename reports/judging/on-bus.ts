/** How often a gateway asks those on its bus, as the plan says; 0 where it asks nobody. */
import type { Plan } from '#kernel';

export function pollUsOf(plan: Plan, gateway: number): number {
  const entry = plan.entries[plan.devices[gateway]?.entry ?? -1];
  const bus = entry?.parts.find(({ kind }) => kind === 'gateway')?.params.bus;
  const { poll } = (typeof bus === 'object' ? bus : {}) as Readonly<Record<string, unknown>>;
  return 1000 * Number(poll ?? 0);
}
