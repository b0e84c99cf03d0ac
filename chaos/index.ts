/** The door of chaos: faults and their undo, links that can be spoiled, and when what acts. */
export {
  type DrawnFault,
  defineFault,
  type FaultActions,
  type FaultEffect,
  type FaultKind,
  type Undo,
  undoAll,
} from './fault.ts';
export { faultFamily } from './fault-family.ts';
export { hiddenBy } from './hiding.ts';
export { cohortLinks, type LinkInjector } from './injector.ts';
export { MemoryInjector, type MemoryOptions } from './injectors/memory.ts';
export { askToxiproxy, takeBackProxies } from './injectors/take-back.ts';
export { ToxiproxyInjector } from './injectors/toxiproxy.ts';
export { type ProxyServer, startProxyServer } from './proxy-server.ts';
export { type Conflict, conflictsOf, type FaultStep, schedule } from './schedule.ts';
export {
  StandingLinks,
  standingLinks,
  type TapHands,
  tappedCohorts,
} from './standing.ts';
export { type StandingHop, startHop } from './standing-hop.ts';
export type { TapTold } from './tap/tap-account.ts';
