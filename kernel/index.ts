/** The door of the kernel: the shared words. Pure, and the only room every other room may enter. */

export {
  AuthorError,
  assert,
  knownHint,
  meantHint,
  nearestName,
  type Problem,
  WorldError,
} from './errors.ts';
export {
  type Entry,
  type EntryFields,
  FLAG,
  GOT_BY,
  OP,
  type OpName,
  type SegmentHeader,
} from './ledger.ts';
export {
  bytesSource,
  crc32,
  LedgerEncoder,
  SegmentReader,
  type SegmentSource,
} from './ledger-codec.ts';
export {
  changedByte,
  type Envelope,
  hashBytes,
  LANES,
  laneOf,
  type Message,
  type Packet,
  SEND_WINDOW,
  type Sighting,
  STREAMS,
} from './message.ts';
export {
  type CohortPlan,
  type CommandPlan,
  commandAt,
  type DevicePlan,
  type EntryPlan,
  type ExpectPlan,
  type FaultPlan,
  type FaultProof,
  type GatePlan,
  type Gear,
  type Guarantees,
  type LinkProfile,
  type ObserverPlan,
  type PhasePlan,
  PLAN_SCHEMA,
  type Plan,
  type Qos,
  type StopWhenPlan,
  sampleAt,
  scheduledCount,
  type TargetPlan,
  type ToxicSpec,
} from './plan.ts';
export type { Chunk, ChunkSink, Digests, Param, Params, ParamValues, Timers } from './ports.ts';
export {
  hashText,
  isSelected,
  normalAt,
  type Random,
  randomStream,
  streamKey,
  unitAt,
} from './random.ts';
export { type Cancel, type Clock, formatDuration, microseconds, parseDuration } from './time.ts';
export {
  type CheckerVerdict,
  EXIT,
  EXIT_ORDER,
  exitCodeOf,
  type Verdict,
  worstVerdict,
} from './verdict.ts';
