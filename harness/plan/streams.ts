/**
 * The streams of a plan: what devices send, what is sent down to them and what they answer, and
 * where each counts as arrived on this target.
 */
import {
  type DevicePlan,
  hashText,
  isSelected,
  numbered,
  type StreamPlan,
  type StreamSchedule,
  type TargetPlan,
} from '#kernel';
import type { FleetEntry, Scenario } from '#scenarios';
import { onGrid } from './roster.ts';

export interface StreamRequest {
  scenario: Scenario;
  seed: number;
  steadyFrom: number;
  devices: readonly DevicePlan[];
  target: TargetPlan;
}

type StreamSpec = Omit<StreamPlan, 'code'>;

/** What is true of most streams. */
const PLAIN = {
  way: 'up',
  arrives: 'observer',
  qos: null,
  retained: false,
  counted: true,
  measured: false,
  skips: [],
} as const satisfies Partial<StreamSpec>;

export function planStreams(request: StreamRequest): StreamPlan[] {
  const { scenario, target } = request;
  const kept = target.keepsTelemetry ? 'store' : 'observer';
  const plain = { ...PLAIN, skips: [] };
  const specs: StreamSpec[] = [
    {
      ...plain,
      name: 'telemetry',
      noun: 'reading',
      schedule: { by: 'sampling' },
      arrives: kept,
      measured: true,
    },
    { ...plain, name: 'status', noun: 'status', schedule: { by: 'event' }, retained: true },
    { ...plain, name: 'will', noun: 'will', schedule: { by: 'attempt' }, counted: false },
    {
      ...plain,
      name: 'command',
      noun: 'command',
      way: 'down',
      schedule: rounds(request),
      arrives: 'device',
      qos: scenario.commands?.qos ?? 1,
    },
  ];
  const [command] = numbered(specs).filter(({ name }) => name === 'command');
  const reply: StreamSchedule = { by: 'reply', to: command?.code ?? 0 };
  return numbered([
    ...specs,
    { ...plain, name: 'answer', noun: 'answer', schedule: reply, arrives: kept },
  ]);
}

/** The names of the streams that an entry's devices take part in. */
export function streamsOfEntry(scenario: Scenario, entry: FleetEntry): string[] {
  const names = ['telemetry'];
  if (entry.retainStatus) names.push('status');
  if (entry.will) names.push('will');
  if (scenario.commands !== null) names.push('command', 'answer');
  return names;
}

function rounds({ scenario, seed, steadyFrom, devices }: StreamRequest): StreamSchedule {
  if (scenario.commands === null) return { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] };
  const { share } = scenario.commands;
  const quantum = scenario.time.quantumMs;
  const everyMs = onGrid(scenario.commands.everyMs, quantum);
  return {
    by: 'rounds',
    firstAt: steadyFrom,
    everyMs,
    devices: devices.flatMap((device, index) =>
      isSelected(seed, device.id, 'commands', share)
        ? [
            {
              device: index,
              offsetMs: Math.round(offset(seed, device.id) * (everyMs / quantum)) * quantum,
            },
          ]
        : [],
    ),
  };
}

const offset = (seed: number, id: string): number => hashText(`${seed}/command/${id}`) / 4294967296;
