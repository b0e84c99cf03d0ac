/**
 * The door of the devices room: the contracts of models and parts, the one statechart, the body,
 * who a device is.
 */

export { type Backoff, backoffMs } from './backoff.ts';
export { broughtOps, broughtStreams } from './besides.ts';
export { Body, type Embodied, physicsOf, signalKey } from './body.ts';
export type { Channel, ChannelEvents } from './channel.ts';
export {
  type CommandSpec,
  type DeviceModel,
  type DrawnParam,
  defineDevice,
  type Physics,
  type PhysicsInput,
  type SignalSpec,
} from './device.ts';
export { drawParams } from './draw.ts';
export { EventNumbers } from './event-numbers.ts';
export type { Enter, FieldBuses, FieldBusKind, OpenFieldBus } from './field-bus.ts';
export {
  type Freight,
  type Heard,
  type Letter,
  mayBePacked,
  type Parcel,
  type Settled,
  type Values,
} from './freight.ts';
export { type Answer, type AtEnd, readAnswer, UNFINISHED } from './http/answer.ts';
export { type Identity, identityOf } from './identity.ts';
export { growthKey, stageOf } from './malfunctions/growth.ts';
export { modelFamily } from './model-family.ts';
export { defineDeviceMutant } from './mutant.ts';
export {
  definePart,
  type Fitness,
  type Given,
  type GivenArtefact,
  type Inbound,
  once,
  type Part,
  type PartChild,
  type PartDevice,
  type PartKind,
  type PartMessage,
  type PartOwner,
} from './part.ts';
export { partFamily } from './part-family.ts';
export {
  mustArm,
  mustHold,
  mustOpen,
  mustOpenBus,
  mustSend,
  mustSkip,
  mustWrite,
} from './part-guards.ts';
export { PART_HOOKS } from './part-hooks.ts';
export type {
  CoapBus,
  CoapOptions,
  CoapResource,
  Fate,
  Notice,
  Release,
} from './parts/gateway/lines/coap.ts';
export type { ModbusAnswer, ModbusBus, ModbusOptions } from './parts/gateway/lines/modbus.ts';
export type { SparkplugSeams } from './parts/sparkplug.ts';
export type { ConnectionPolicy, DeviceActions, DeviceEvent } from './regions/region.ts';
export { DEVICE_SEAMS, type DeviceSeams, type FallBackSeams } from './seams.ts';
export {
  factoryOf,
  fitsSetting,
  modelSettings,
  type OfferedSetting,
  type PartSetting,
  type Setting,
  setBy,
  settingsAt,
} from './settings.ts';
export {
  type Health,
  type HealthInput,
  type HealthSample,
  type Stall,
  startHealth,
} from './signals/health.ts';
export { healthParams, healthSignals } from './signals/health-params.ts';
export { type DeviceActor, type Regions, Statecharts, stateNames } from './statecharts.ts';
