/**
 * What a part holds back, or has go otherwise, is weighed: the very bytes that would have gone, and
 * those that do. A part touches what its device samples, for a reason that it declares.
 */
import { expect, it, vi } from 'vitest';
import { type Body, definePart, EventNumbers, type Part, type PartDevice } from '#devices';
import { type DevicePlan, type EntryPlan, layStreams, type Plan, type StreamSpec } from '#kernel';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { DeviceMessages } from './device-messages.ts';
import { DeviceParts } from './device-parts.ts';
import type { FleetContext } from './fleet-context.ts';

const OWN: StreamSpec[] = [
  { name: 'telemetry', way: 'up', schedule: { by: 'sampling' } },
  { name: 'door', way: 'up', schedule: { by: 'event' } },
];

/** A device whose first part sends, while the second may keep or change what goes. */
function bench(second: Part, holdsBack: string[] = ['quiet']) {
  const faces: PartDevice[] = [];
  const part = (kind: string, streams: StreamSpec[], hooks: Part, reasons?: string[]) =>
    definePart({
      ...{ kind, summary: 'is a part of a test', streams },
      ...(reasons === undefined ? {} : { holdsBack: reasons }),
      start: (device) => {
        faces.push(device);
        return hooks;
      },
    });
  const kinds = [part('sender', OWN, {}), part('second', [], second, holdsBack)];
  const streams = layStreams(OWN, true);
  const codes = streams.map(({ code }) => code);
  const buffer = { limit: 10, drop: 'oldest' };
  const entry = { id: 'e', parts: [], streams: codes, qos: 1, buffer } as unknown as EntryPlan;
  const device = { id: 'd/1', entry: 0, lane: 0 } as DevicePlan;
  const target = { guarantees: { inflightLimit: 10 } };
  const plan = { devices: [device], streams, quantumMs: 10, target } as unknown as Plan;
  const written: object[] = [];
  const fleet = {
    ...{ plan, clock: { now: () => 5000 }, numbers: new EventNumbers(1), lookAt: () => {} },
    dialect: laneDialect('r', json),
    ledger: { write: (op: string, fields: object) => void written.push({ op, ...fields }) },
    tally: { intended: 0, buffered: 0, noteAcked: () => {} },
  } as unknown as FleetContext;
  const owner = {
    index: 0,
    device,
    entry,
    isOnline: true,
    tell: () => {},
    pump: vi.fn(),
    resume: () => {},
  };
  const messages = new DeviceMessages(fleet, 0, device, entry);
  const parts = new DeviceParts(fleet, owner, {} as Body, messages, kinds);
  const [face] = faces as [PartDevice];
  const codeOf = (name: string): number => streams.find((one) => one.name === name)?.code ?? -1;
  const send = (stream: string, n: number, more: object = {}): void =>
    parts.in(0, 'fire', () =>
      face.send({ stream: codeOf(stream), n, intended: 4000, values: { level: 4.5 }, ...more }),
    );
  return { send, messages, written, telemetry: codeOf('telemetry'), door: codeOf('door') };
}

const bytesOf = (n: number, values: object): number =>
  JSON.stringify({ n, e: 0, t: 4000, v: values }).length;

it('what is held back weighs what it would have weighed, and is accounted for', () => {
  const { send, messages, written, telemetry } = bench({ holds: () => 'quiet' });
  send('telemetry', 7);
  const message = { device: 0, stream: telemetry, n: 7 };
  const plain = bytesOf(7, { level: 4.5 });
  expect(written).toEqual([
    { op: 'weighed', ...message, plain, bytes: 0, by: 'second' },
    { op: 'not-sent', ...message, why: 'quiet' },
  ]);
  expect(messages.isWaiting).toBe(false);
});

it('what goes otherwise is weighed as it is and as it goes', () => {
  const { send, messages, written, telemetry } = bench({ rewords: () => ({ l: 4.5 }) });
  send('telemetry', 7);
  const [plain, bytes] = [bytesOf(7, { level: 4.5 }), bytesOf(7, { l: 4.5 })];
  expect(written).toEqual([
    { op: 'weighed', device: 0, stream: telemetry, n: 7, plain, bytes, by: 'second' },
  ]);
  const [given] = messages.handOver();
  expect(given?.message[1]).toHaveLength(bytes);
});

it('what goes in place of others weighs against them', () => {
  const { send, written, door } = bench({});
  send('door', 0, { instead: true });
  const bytes = bytesOf(0, { level: 4.5 });
  expect(written).toEqual([
    { op: 'weighed', device: 0, stream: door, n: 0, plain: 0, bytes, by: 'sender' },
  ]);
});

it('what just happens is nobody’s to hold back or to change', () => {
  const { send, messages } = bench({ rewords: () => ({}) });
  send('door', 0);
  expect(messages.handOver()[0]?.message[1]).toHaveLength(bytesOf(0, { level: 4.5 }));
  const holding = bench({ holds: () => 'quiet' });
  const told = 'holds back number 0 of stream door, which its device does not sample';
  expect(() => holding.send('door', 0)).toThrow(told);
});

it('nothing is held back for a reason that nobody declared', () => {
  const { send, written } = bench({ holds: () => 'shy' });
  const told =
    "holds back number 7 of stream telemetry for a reason that it does not declare: 'shy'";
  expect(() => send('telemetry', 7)).toThrow(told);
  expect(written).toEqual([]);
});

it('a part hears what the target has acknowledged', () => {
  const acked = vi.fn();
  const { send, messages, telemetry } = bench({ acked });
  send('telemetry', 7);
  const [given] = messages.handOver();
  messages.acked(given?.key ?? 0);
  messages.acked(given?.key ?? 0);
  expect(acked.mock.calls).toEqual([[telemetry, 7]]);
});
