/** The door of the kernel: the shared words. Pure, and the only room every other room may enter. */

export {
  ACT_ON,
  ACT_OPS,
  ACT_TRUTHS,
  ACT_VALUES_MAX,
  type ActDoes,
  type ActGuard,
  type ActOn,
  type ActPlan,
  type ActStop,
  type ActWebhook,
  actsOf,
  aimsOf,
  HELD_WHY,
  type HeldWhy,
  holdersOf,
} from './acts/acts.ts';
export * from './alarms/alarms.ts';
export * from './dataset/index.ts';
export { isOf } from './device-ids.ts';
export { dueTime, nextTime } from './due-time.ts';
export { exampleOf } from './duties/example-params.ts';
export { entryOf, filled, type LooseFields } from './duties/fields.ts';
export { fiveStreams, type Rounds } from './duties/five-streams.ts';
export { type Shortcoming, shortcomingsOf, tries } from './duties/shortcomings.ts';
export {
  AuthorError,
  assert,
  type Flaw,
  knownHint,
  meantHint,
  nearestName,
  noSuch,
  type Problem,
  problemOf,
  type TextPart,
  WorldError,
} from './errors.ts';
export {
  ARTEFACTS,
  type Artefact,
  type ArtefactKind,
  type Config,
  readArtefact,
  readConfig,
  SHIPMENTS,
  type Shipment,
} from './firmware/artefact.ts';
export {
  type Detector,
  type LineDetector,
  readDetector,
  type TreeDetector,
} from './firmware/detector.ts';
export { bytesOfHex, hexOf } from './firmware/hex.ts';
export {
  buildImage,
  DEFECTS,
  type Defect,
  IMAGE_BYTES_MIN,
  type ImageHead,
  KEYS_MAX,
  leastImageBytes,
  readImage,
  SHOWS_IN_SIGNALS,
  SHOWS_LATE,
  WRONG_SCALE,
} from './firmware/image.ts';
export {
  ALGS,
  type Alg,
  type FirmwareKey,
  isAlg,
  isHex,
  KEY_SIZES,
  SIGNATURE_BYTES_MAX,
} from './firmware/keys.ts';
export {
  type Delta,
  IMAGE_BYTES_MAX,
  isName,
  isVersion,
  MANIFEST_TEXT_MAX,
  type Manifest,
  manifestText,
  readManifest,
  readSigned,
  type SignedManifest,
} from './firmware/manifest.ts';
export { OTA_LOOKS, OTA_OPS, OTA_TRUTHS } from './firmware/ota-ops.ts';
export {
  builtImage,
  CAMPAIGN_MOVES,
  type CampaignMove,
  type CampaignPlan,
  type FirmwareImage,
  type FirmwarePlan,
  factoryKeys,
  firmwareOf,
  HARDWARE,
  isLeftAlone,
  READERS,
  READS,
  type Reader,
  type ReadersPlan,
  type Reads,
  SERVINGS,
  type Serving,
  SPOILS,
  type Spoil,
  servedImage,
  servingOf,
  spoiled,
  spoiltAt,
} from './firmware/release.ts';
export {
  FACTORY_SCHEMA,
  isSignalName,
  readSpeech,
  SCHEMA_FIELD,
  type Speech,
} from './firmware/speech.ts';
export { bytesSource, type SegmentSource } from './ledger/blocks.ts';
export { breachOf, PUBACK_FOR_QOS_2 } from './ledger/breach.ts';
export { crc32 } from './ledger/crc32.ts';
export { type Damage, damageText, isHole } from './ledger/damage.ts';
export { LedgerEncoder, layoutFor } from './ledger/encoder.ts';
export type {
  DeclaredEntry,
  FieldsOf,
  FieldValue,
  LedgerEntry,
  LedgerEntryOf,
  MessageEntry,
  SegmentHeader,
} from './ledger/entry.ts';
export { DECLARED_OPS_MAX, layOps, type OpPlan, type OpTable, opTable } from './ledger/layout.ts';
export {
  DECLARED_FROM,
  type DeclaredOp,
  type FieldForm,
  FLAG,
  GOT_BY,
  OPS,
  type OpName,
  PAST_EVERY_PROXY,
  SUBSCRIPTION_REFUSED,
} from './ledger/ops.ts';
export * from './ledger/parts/index.ts';
export { SegmentReader } from './ledger/reader.ts';
export {
  PACKET_DEEDS,
  PACKET_NAMES,
  PACKET_TYPES,
  type PacketDeed,
  type PacketName,
  type PacketTrouble,
  type Way,
  waysOf,
} from './links/packets.ts';
export type { ProxyPlan } from './links/proxy.ts';
export {
  heldByRadioMs,
  type RadioRule,
  type RadioSleep,
  roundTripMs,
} from './links/radio.ts';
export { addTo } from './lists.ts';
export {
  HTTP_API,
  isOfLoad,
  K6,
  K6_CROSSED,
  K6_OPS,
  K6_STREAM,
  type LoadEntry,
  loadCount,
  loadsOf,
} from './load/load.ts';
export type { LoadPlan } from './load/load-plan.ts';
export * from './malfunctions/index.ts';
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
  type Speaker,
  sendWindow,
} from './message.ts';
export {
  type Mqtt5Plan,
  RECEIVE_MAXIMUM,
  REFUSED_FROM,
  SESSION_FOR_EVER,
  SHARE_OPS,
} from './mqtt5/mqtt5.ts';
export { expiryOf, mqtt5Of, type Spoken, speaks5 } from './mqtt5/mqtt5-of.ts';
export { BULK_BYTES, bulkBytesOf } from './plan/bulk.ts';
export {
  carriedBy,
  carrierOf,
  channelsOf,
  connectionCount,
  connectionsOf,
  isCarried,
  laneIn,
  leaningOn,
  reachOf,
  sessionCount,
  spokenForBy,
} from './plan/carriers.ts';
export {
  type Guarantees,
  heldTo,
  PLAIN,
  type RetainedWord,
  type TakeOverWord,
  takeOverWord,
} from './plan/guarantees.ts';
export { isDeclared, lostIn, type NotSentReason, skipsOf } from './plan/not-sent.ts';
export {
  type BusTrouble,
  type CohortPlan,
  type DevicePlan,
  type EntryPlan,
  type ExpectPlan,
  type FaultPlan,
  type FaultProof,
  type GatePlan,
  type Gear,
  isToldOfEach,
  type LinkProfile,
  type LookPlan,
  type ObserverPlan,
  type PartTrouble,
  type PhasePlan,
  PLAN_SCHEMA,
  type Plan,
  type Qos,
  ROT_PLACES,
  reachesDevices,
  type StopWhenPlan,
  type StrangerPlan,
  type TargetPlan,
  type TargetTrouble,
  type ToxicSpec,
} from './plan/plan.ts';
export {
  beginningOf,
  dueAt,
  intervalOf,
  isScheduled,
  movedNote,
  onGrid,
  phaseOf,
  plannedCount,
} from './plan/schedule.ts';
export { regionOf, type StateTie } from './plan/state-tie.ts';
export {
  answerNumber,
  codeOf,
  DECLARED_STREAMS_MAX,
  isBuiltIn,
  layStreams,
  mergedSpecs,
  NUMBERS_MAX,
  namedStream,
  questionOf,
  STREAMS_MAX,
  type StreamPlan,
  type StreamSchedule,
  type StreamSpec,
  streamNamed,
  streamOf,
} from './plan/streams.ts';
export type { WebhookPlan } from './plan/webhook.ts';
export { type HandPlan, type HooksPlan, STORE_LAG_MS, type StorePlan } from './plan/yours.ts';
export { opsFlaws, partOpsFlaws, streamFlaws, streamsFlaws } from './plugins/declarations.ts';
export {
  type Catalog,
  type Duty,
  defineFamily,
  type Family,
  field,
  type Plugin,
  type Shown,
  stamp,
  strangeKeys,
  type Word,
} from './plugins/family.ts';
export {
  errorText,
  foundAt,
  guardedAs,
  inNameOf,
  Misuse,
  misgave,
  misnamed,
  strayed,
  threw,
} from './plugins/guard.ts';
export { type Hooks, hookFlaw, synchronous } from './plugins/hooks.ts';
export {
  type Mutant,
  type MutantSpec,
  mutantFamily,
  plantedBy,
  seamsOf,
  stampMutant,
} from './plugins/mutant.ts';
export { type Around, defaultsOf, readParams, writeParams } from './plugins/param-values.ts';
export {
  boundsOf,
  groupsOf,
  type Nameable,
  type Param,
  type Params,
  type ParamValue,
  type ParamValues,
  paramForm,
} from './plugins/params.ts';
export { formatPath, isWithin, type Path, parsePath } from './plugins/path.ts';
export {
  either,
  isMap,
  mustBe,
  outside,
  parseNumber,
  parseRate,
  parseShare,
  parseSpan,
  sayShare,
  saySpan,
  shareFlaw,
  show,
} from './plugins/quantity.ts';
export type { Chunk, ChunkSink, Digests, Paced, Seals, Timers } from './ports.ts';
export {
  PRESSURE_OPS,
  type PressurePlan,
  pressureOf,
  SHED_STREAM,
} from './pressure/pressure.ts';
export { hasSession, isWatched, ownWindowOf, type ProtocolPlan } from './protocols/protocol.ts';
export {
  hashText,
  isSelected,
  normalAt,
  type Random,
  randomStream,
  streamKey,
  unitAt,
} from './random.ts';
export {
  ALARM_SAYS,
  type AlarmSays,
  INBOX_OPS,
  type InboxPlan,
  inboxOf,
} from './rules/inbox.ts';
export { isMoreOf, readingIn, readingTexts } from './rules/readings.ts';
export {
  READING_AHEAD_MS,
  RULE_OPS,
  RULE_SUBJECTS,
  type RuleChange,
  type RulePlan,
  type RuleSubject,
  rulesOf,
  STAMP,
  TERM_DOES,
  type TermDoes,
  type TermPlan,
  versionsOf,
  type WindowPlan,
} from './rules/rules.ts';
export {
  numbersIn,
  rangeTexts,
  TIERS_OPS,
  type TierStep,
  type TiersPlan,
  tiersOf,
  tiersOver,
} from './tiers/tiers.ts';
export { type Cancel, type Clock, formatDuration, microseconds, parseDuration } from './time.ts';
export * from './verdict.ts';
