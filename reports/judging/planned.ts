/**
 * What a plan really asks for. Its entries and commands may name things that no device does: with
 * `--devices` a small entry can end up empty, and a short run can end before the first command.
 */
import { type EntryPlan, type Plan, plannedCount, type Qos, type StreamPlan } from '#kernel';

/** The planted bug of the run, wherever it sits; older plans name none of the devices. */
export const mutantOf = ({ target, firmware = null }: Plan): string | null =>
  target.mutant ?? firmware;

export const someDevice = (plan: Plan, holds: (entry: EntryPlan) => boolean): boolean =>
  plan.devices.some((device) => {
    const entry = plan.entries[device.entry];
    return entry !== undefined && holds(entry);
  });

/** Whether a device takes part in a stream. */
export const takesPart = (plan: Plan, device: number, stream: number): boolean =>
  plan.entries[plan.devices[device]?.entry ?? -1]?.streams.includes(stream) === true;

/** Whether the plan intends any message of a stream. */
export const someMessageOf = (plan: Plan, stream: StreamPlan): boolean =>
  plan.devices.some((_, device) => plannedCount(plan, stream, device) > 0);

/** Whether it intends any that devices send. */
export const somethingSent = (plan: Plan): boolean =>
  plan.streams.some((stream) => stream.way === 'up' && someMessageOf(plan, stream));

/** Whether anything is sent, up or down, at a QoS of this kind. */
export const someMessageAt = (plan: Plan, holds: (qos: Qos) => boolean): boolean =>
  someDevice(plan, ({ qos }) => holds(qos)) ||
  plan.streams.some(
    (stream) => stream.qos !== null && holds(stream.qos) && someMessageOf(plan, stream),
  );
