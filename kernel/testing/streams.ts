/** The five streams that every plan has, for plans made by hand. */
import { numbered, type StreamPlan } from '../streams.ts';

export const CODE = { telemetry: 0, status: 1, will: 2, command: 3, answer: 4 } as const;

/** Commands as a test writes them. */
export interface Rounds {
  firstAt: number;
  everyMs: number;
  qos: 0 | 1 | 2;
  devices: { device: number; offsetMs: number }[];
}

/** `kept`: whether the target has a store. */
export function fiveStreams(kept: boolean, commands: Rounds | null = null): StreamPlan[] {
  const plain = {
    way: 'up' as const,
    arrives: 'observer' as const,
    qos: null,
    retained: false,
    counted: true,
    measured: false,
    skips: [],
  };
  const stored = kept ? 'store' : 'observer';
  const { qos, ...rounds } = commands ?? { firstAt: 0, everyMs: 0, qos: 1 as const, devices: [] };
  return numbered([
    {
      ...plain,
      name: 'telemetry',
      noun: 'reading',
      schedule: { by: 'sampling' },
      arrives: stored,
      measured: true,
    },
    { ...plain, name: 'status', noun: 'status', schedule: { by: 'event' }, retained: true },
    { ...plain, name: 'will', noun: 'will', schedule: { by: 'attempt' }, counted: false },
    {
      ...plain,
      name: 'command',
      noun: 'command',
      way: 'down',
      schedule: { by: 'rounds', ...rounds },
      arrives: 'device',
      qos,
    },
    {
      ...plain,
      name: 'answer',
      noun: 'answer',
      schedule: { by: 'reply', to: CODE.command },
      arrives: stored,
    },
  ]);
}
