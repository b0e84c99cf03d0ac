/** From what a scenario wrote of its proxy to what the plan says of it. */
import type { Gear, ProxyPlan } from '#kernel';
import type { ScenarioProxy } from '#scenarios';
import { elsewhereOf } from './elsewhere.ts';

/** Nothing where the machine decides, when the run begins. */
export function planProxy(written: ScenarioProxy | null): { proxy?: ProxyPlan } {
  if (written === null || written.kind === 'auto') return {};
  const { kind, of } = written;
  return { proxy: { kind, of, elsewhere: of?.includes('://') === true ? elsewhereOf(of) : null } };
}

/** Virtual time knows no sockets: there the same toxics act on links in memory. */
export function proxyNotes(proxy: ProxyPlan | undefined, gear: Gear): string[] {
  if (gear === 'real' || proxy === undefined) return [];
  const name = proxy.of ?? proxy.kind;
  return [`the sim gear has its links in memory: proxy ${name} takes part in the real gear alone`];
}
