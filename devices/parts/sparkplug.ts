/**
 * A device that speaks Sparkplug B: it can be called to tell the world anew what it is, and its
 * firmware has places for bugs where births are given and numbers are counted. What it adds to
 * packets is its connection's; what observers saw of that is the op here.
 */
import { SPARKPLUG_OPS } from '#kernel';
import { definePart } from '../part.ts';

export interface SparkplugSeams {
  /** A connection is asked for, and its session gets a number: another one is taken instead. */
  numberSession?(device: string, honest: number): number;
  /** A session begins: false gives no birth in it and goes on with data. */
  giveBirth?(device: string, attempt: number): boolean;
  /** A packet gets its number in the sequence: another one is taken instead. */
  numberPacket?(device: string, honest: number): number;
  /** It is called to be born again: false does nothing. */
  heedRebirth?(device: string): boolean;
}

export default definePart({
  kind: 'sparkplug',
  summary: 'is an edge node of Sparkplug B, or a device behind one',
  streams: [
    {
      name: 'rebirth',
      way: 'down',
      noun: 'call for a rebirth',
      qos: 0,
      schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
    },
  ],
  ops: SPARKPLUG_OPS,
  seams: ['numberSession', 'giveBirth', 'numberPacket', 'heedRebirth'],
  start: () => ({}),
});
