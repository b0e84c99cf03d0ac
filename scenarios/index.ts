/** The door of scenarios: what a person asked for, read and checked. */

export { type FrameStyle, formatProblem } from './frame.ts';
export { scenarioJsonSchema } from './json-schema.ts';
export { NETWORKS } from './networks.ts';
export { applyOverrides } from './overrides.ts';
export {
  fromModule,
  type ParseOutcome,
  type Place,
  parseScenario,
  type ReadBeside,
} from './parse.ts';
export { retargeted } from './retarget.ts';
export type {
  Expectation,
  FaultWhere,
  FleetEntry,
  Scenario,
  ScenarioFault,
  ScenarioLoad,
  ScenarioProxy,
  ScenarioTarget,
} from './scenario.ts';
export { GUARANTEES, guaranteeFlaw, guaranteeKey } from './schema/guarantees.ts';
export { parseInstant } from './schema/instant.ts';
export { parseProxy } from './schema/proxy.ts';
export { parseTarget } from './schema/target.ts';
export type { ScenarioFile } from './schema.ts';
