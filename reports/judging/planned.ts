/**
 * What a plan really asks for. Its entries and commands may name things that no device does: with
 * `--devices` a small entry can end up empty, and a short run can end before the first command.
 */
import type { EntryPlan, Plan, Qos } from '#kernel';
import { plannedCommands } from '#oracles';

export const someDevice = (plan: Plan, holds: (entry: EntryPlan) => boolean): boolean =>
  plan.devices.some((device) => {
    const entry = plan.entries[device.entry];
    return entry !== undefined && holds(entry);
  });

export const someCommand = (plan: Plan): boolean =>
  plan.commands?.devices.some(({ device }) => plannedCommands(plan, device) > 0) ?? false;

/** Whether anything is sent, up or down, at a QoS of this kind. */
export const someMessageAt = (plan: Plan, holds: (qos: Qos) => boolean): boolean =>
  someDevice(plan, ({ qos }) => holds(qos)) ||
  (plan.commands !== null && holds(plan.commands.qos) && someCommand(plan));
