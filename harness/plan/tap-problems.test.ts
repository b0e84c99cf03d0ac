/** What a tap cannot do is a mistake of the plan, told with its place. */
import { expect, it } from 'vitest';
import type { PacketTrouble, Plan } from '#kernel';
import type { Scenario } from '#scenarios';
import { tapProblems } from './tap-problems.ts';

const scenario = { chaos: [{ id: 'other' }, { id: 'f' }] } as unknown as Scenario;

function codes(over: Partial<PacketTrouble>, url?: string): string[] {
  const packets = { does: 'drop', packet: 'PUBLISH', ways: ['up'], every: 1, share: 1, ...over };
  const faults = [{ id: 'other' }, { id: 'f', packets }];
  const plan = { faults, target: { params: url === undefined ? {} : { url } } } as unknown as Plan;
  return tapProblems({ scenario }, plan).map(({ code, path }) => `${code} ${path}`);
}

it('takes what it can do', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ topic: 'tw/+/+/+/telemetry' }, 'mqtt://broker:1883')).toEqual([]);
  expect(codes({ does: 'reorder', packet: 'PUBACK' })).toEqual([]);
});

it.each(['mqtts://broker', 'ws://broker', 'wss://broker'])('sees no packets in %s', (url) => {
  expect(codes({}, url)).toEqual(['veiled-packets chaos[1].fault']);
});

it.each<[Partial<PacketTrouble>, string]>([
  [{ packet: 'SUBACK', ways: [] }, 'packet-way chaos[1].with.direction'],
  [{ packet: 'CONNECT', does: 'reorder' }, 'packet-alone chaos[1].with.packet'],
  [{ packet: 'PUBACK', topic: 'a/b' }, 'packet-topic chaos[1].with.topic'],
  [{ topic: 'a/#/b' }, 'packet-topic chaos[1].with.topic'],
  [{ topic: 'a/b+' }, 'packet-topic chaos[1].with.topic'],
  [{ topic: 'a/+b' }, 'packet-topic chaos[1].with.topic'],
])('refuses %j', (over, told) => {
  expect(codes(over)).toEqual([told]);
});
