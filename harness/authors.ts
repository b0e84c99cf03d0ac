/**
 * The public face of the package, for those who write scenarios as TypeScript modules and plug-ins
 * of their own. Like the command line it is part of the roof: nothing in the house imports it.
 *
 *   import { defineDevice, type ScenarioFile } from 'twinstorm';
 */
export { defineFault, type FaultKind } from '#chaos';
export {
  type Channel,
  type ChannelEvents,
  type DeviceModel,
  defineDevice,
  defineDeviceMutant,
  definePart,
  type Part,
  type PartDevice,
  type PartKind,
  type PartMessage,
} from '#devices';
export type { LedgerEntry, Mutant, Plan, Shortcoming, StreamSpec } from '#kernel';
export { defineHistories, defineOracle, type Histories, type OracleKind } from '#oracles';
export { defineMutant, defineService, type ServiceKind, type TakenRow } from '#platform';
export {
  type ChapterKind,
  type CheckerKind,
  defineChapter,
  defineChecker,
  defineHops,
  defineProof,
  defineReporter,
  type Evidence,
  type Finding,
  type HopsKind,
  type ProofKind,
  type Reporter,
} from '#reports';
export type { ScenarioFile } from '#scenarios';
export { checkPlugin } from './cli/check-plugin.ts';
export { type Codec, defineCodec } from './dialects/codec.ts';
export {
  type Counted,
  type Dialect,
  type DialectFleet,
  type DialectKind,
  defineDialect,
  type Frame,
} from './dialects/dialect.ts';
export { defineProtocol, type ProtocolKind } from './fleet/protocol.ts';
export { type BrokerKind, defineBroker } from './targets/broker.ts';
export { defineStore, type StoreKind } from './targets/store.ts';
export { defineTarget, type RunningTarget, type TargetKind } from './targets/target.ts';
export {
  defineWorkflow,
  type Workflow,
  type WorkflowKind,
  type WorkflowPorts,
} from './workflows/workflow.ts';
