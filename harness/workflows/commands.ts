/**
 * Sends commands down, as a platform's operators would: in rounds over the devices that the seed
 * picks. The device's answer carries the command's own number.
 */
import type { CommandSpec, DeviceModel } from '#devices';
import {
  hashText,
  isSelected,
  movedNote,
  onGrid,
  type Params,
  type Plan,
  phaseOf,
  readParams,
  streamKey,
  unitAt,
} from '#kernel';
import { defineWorkflow } from './workflow.ts';

export default defineWorkflow({
  kind: 'commands',
  summary: 'sends each device of a share a command now and then',
  params: {
    every: { kind: 'duration', about: 'Between two commands to the same device.', min: '1ms' },
    to: { kind: 'share', about: 'Which part of the fleet is commanded.', default: '100%' },
    qos: { kind: 'integer', about: 'QoS of a command.', default: 1, min: 0, max: 2 },
    expiry: {
      kind: 'duration',
      about: 'After that it is worth nothing any more, in whole seconds; needs target.mqtt: 5.',
      min: '1s',
      optional: true,
    },
    reply: {
      kind: 'boolean',
      about: 'It says where its answer shall go, and what that repeats; needs target.mqtt: 5.',
      optional: true,
    },
  },
  parts: ['commands'],
  session: 'operator',
  resolve: (params, { seed, quantumMs, phases, devices }) => {
    const everyMs = onGrid(Number(params.every), quantumMs);
    const offsetOf = (id: string): number =>
      Math.round((hashText(`${seed}/command/${id}`) / 4294967296) * (everyMs / quantumMs)) *
      quantumMs;
    const rounds = devices.flatMap(({ id }, device) =>
      isSelected(seed, id, 'commands', Number(params.to))
        ? [{ device, offsetMs: offsetOf(id) }]
        : [],
    );
    const firstAt = phaseOf(phases, 'steady').from;
    const schedule = { by: 'rounds', firstAt, everyMs, devices: rounds } as const;
    const qos = Number(params.qos) as 0 | 1 | 2;
    const lasting = params.expiry === undefined ? {} : { expiryS: Number(params.expiry) / 1000 };
    const asking = params.reply === true ? ({ asksReply: true } as const) : {};
    return {
      resolved: null,
      streams: [{ name: 'command', way: 'down', schedule, qos, ...lasting, ...asking }],
      notes: movedNote('commands: every', Number(params.every), quantumMs),
    };
  },
  start: (ports) => {
    const { models, plan } = ports;
    return ports.rounds('command', (device, n) => {
      const row = plan.devices[device];
      const model = models.get(plan.entries[row?.entry ?? 0]?.model ?? '');
      return row === undefined || model === undefined ? null : orderFor(plan, model, row.id, n);
    });
  },
});

/** As declared: whoever obeys reads them like what a person wrote. */
const recordOf = (params: Params): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(params).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** One with named values goes with its defaults; without them nobody says what it should carry. */
function canBeGiven(spec: CommandSpec | undefined): boolean {
  if (spec === undefined || 'low' in spec) return true;
  return readParams(spec.params, {}).flaws.length === 0;
}

/** Which command, with which value: drawn from the seed, the device and the number alone. */
function orderFor(
  plan: Plan,
  model: DeviceModel,
  device: string,
  n: number,
): Record<string, unknown> {
  const names = Object.keys(model.commands).filter((one) => canBeGiven(model.commands[one]));
  const key = streamKey(plan.seed, `device/${device}/command`);
  const name = names[Math.floor(unitAt(key, n * 2) * names.length)] ?? 'identify';
  const spec = model.commands[name];
  if (spec === undefined) return { name, value: 0 };
  if (!('low' in spec)) return { name, value: recordOf(spec.params) };
  const value = spec.low + (spec.high - spec.low) * unitAt(key, n * 2 + 1);
  return { name, value: Math.round(value * 100) / 100 };
}
