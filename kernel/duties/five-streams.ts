/** The five streams that every plan has, for plans made by hand. */
import { layStreams, type StreamPlan } from '../plan/streams.ts';

export const CODE = { telemetry: 0, status: 1, will: 2, command: 3, answer: 4 } as const;

/** Commands as one writes them by hand. */
export interface Rounds {
  firstAt: number;
  everyMs: number;
  qos: 0 | 1 | 2;
  devices: { device: number; offsetMs: number }[];
}

const NOBODY: Rounds = { firstAt: 0, everyMs: 0, qos: 1, devices: [] };

/** `kept`: whether the target has a store. */
export function fiveStreams(kept: boolean, commands: Rounds | null = null): StreamPlan[] {
  const { qos, ...rounds } = commands ?? NOBODY;
  return layStreams(
    [
      {
        name: 'telemetry',
        noun: 'reading',
        way: 'up',
        schedule: { by: 'sampling' },
        kept: true,
        measured: true,
      },
      { name: 'status', way: 'up', schedule: { by: 'event' }, retained: true },
      { name: 'will', way: 'up', schedule: { by: 'attempt' }, counted: false },
      { name: 'command', way: 'down', schedule: { by: 'rounds', ...rounds }, qos },
      { name: 'answer', way: 'up', schedule: { by: 'reply', to: 'command' }, kept: true },
    ],
    kept,
  );
}
