/**
 * The door of the devices room: the contract, the one statechart, the physics of health, who a
 * device is.
 */

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
export { type Identity, identityOf } from './identity.ts';
export { type DeviceActor, Herd } from './machine.ts';
export { modelFamily } from './model-family.ts';
export { type Backoff, backoffMs } from './parts/backoff.ts';
export type { ConnectionPolicy, DeviceEvent, DeviceHands } from './parts/vocabulary.ts';
export {
  type Health,
  type HealthInput,
  type HealthSample,
  type Stall,
  startHealth,
} from './signals/health.ts';
export { healthParams, healthSignals } from './signals/health-params.ts';
