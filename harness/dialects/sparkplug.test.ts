/** Sparkplug B: what it makes of messages, and what a node adds from its birth to its death. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fiveStreams, type Message, type Packet, type StreamPlan } from '#kernel';
import { survived } from '../../kernel/testing/fuzz.ts';
import json from './codecs/json.ts';
import type { Dialect, DialectFleet, SpokenFor } from './dialect.ts';
import frameFuzzes from './sparkplug/frames.fuzz.ts';
import fuzzes, { payload } from './sparkplug/payload.fuzz.ts';
import { decodePayload, encodePayload } from './sparkplug/payload.ts';
import { sparkplugDialect } from './sparkplug.ts';

const STREAMS = ['telemetry', 'status', 'will', 'command', 'answer', 'rebirth'];
const spoken = (id: string, index: number, carrier: string | null): SpokenFor => ({
  ...{ id, index, carrier, lane: 7, streams: STREAMS },
  signals: ['temperature', 'humidity'],
});
const ALL = [spoken('gates/n-1/1', 0, null), spoken('pumps/n-1/1', 1, 'gates/n-1/1')];

const streams = fiveStreams(false, null).map((stream): StreamPlan => {
  if (stream.name === 'command') return { ...stream, qos: 0 };
  return stream;
});
const rebirth = { way: 'down', qos: 0, retained: false, schedule: { by: 'event' } } as const;
const fleet: DialectFleet = {
  device: (id) => ALL.find((one) => one.id === id),
  at: (index) => ALL[index],
  stream: (name) => (name === 'rebirth' ? rebirth : streams.find((one) => one.name === name)),
};

const dialect: Dialect = sparkplugDialect({
  ...{ run: 'r1', topic: null, payload: null, codec: json, fleet },
});

const message = (over: Partial<Message> = {}): Message => ({
  device: 'gates/n-1/1',
  lane: 7,
  stream: 'telemetry',
  n: 4,
  epoch: 1,
  intended: 4000.5,
  qos: 0,
  retain: false,
  values: { temperature: 4.5, humidity: Number.NaN, door: 'open' },
  ...over,
});

const child = { device: 'pumps/n-1/1' };
/** What a run's clock shows. */
let clock = 0;
const node = (seams: object | null = null) => {
  clock = 0;
  const counted = dialect.counted?.('gates/n-1/1', seams, () => clock);
  if (counted === undefined) throw new Error('it counts');
  return counted;
};
const shape = ({ topic, payload: bytes }: Packet): string =>
  `${topic.split('/').slice(2).join('/')} ${decodePayload(bytes)?.seq ?? '-'}`;
const metricsOf = ({ payload: bytes }: Packet) => decodePayload(bytes)?.metrics ?? [];
const session = (packet: Packet) => metricsOf(packet).find(({ name }) => name === 'bdSeq')?.value;

describe('a message', () => {
  it.each([
    ['of a node', {}, 'spBv1.0/r1:7/NDATA/gates:n-1:1'],
    ['of a device behind one', child, 'spBv1.0/r1:7/DDATA/gates:n-1:1/pumps:n-1:1'],
    ['down', { stream: 'command' }, 'spBv1.0/r1:7/NCMD/gates:n-1:1'],
    [
      'down to whom it carries',
      { ...child, stream: 'command' },
      'spBv1.0/r1:7/DCMD/gates:n-1:1/pumps:n-1:1',
    ],
    ['that is a will', { stream: 'will' }, 'spBv1.0/r1:7/NDEATH/gates:n-1:1'],
    ['that is retained', { stream: 'status' }, 'tw/r1/7/gates/n-1/1/status'],
  ])('%s has its topic, and is read again from there', (_, over, topic) => {
    const sent = message({ ...over });
    const packet = dialect.encode(sent);
    expect(packet.topic).toBe(topic);
    const { device, stream, n, epoch, intended } = sent;
    expect(dialect.decode(topic, packet.payload)).toEqual([{ device, stream, n, epoch, intended }]);
    const filters = dialect.downFilters(7, device, ['telemetry', 'command', 'rebirth', 'status']);
    expect(new Set(filters).size).toBe(filters.length);
  });

  it('has signals as metrics, and all else as a text', () => {
    const { payload: bytes } = dialect.encode(message());
    const metrics = decodePayload(bytes)?.metrics ?? [];
    expect(metrics.find(({ name }) => name === 'telemetry/temperature')?.value).toBe(4.5);
    expect(dialect.values(bytes)).toEqual([{ temperature: 4.5, humidity: null, door: 'open' }]);
  });
});

describe('a node', () => {
  it('is born when it is let in, with its devices, and counts from there', () => {
    const counted = node();
    counted.carries('pumps/n-1/1', true);
    const will = counted.connecting(null);
    expect(will).toMatchObject({ topic: 'spBv1.0/r1:7/NDEATH/gates:n-1:1', qos: 1, retain: false });
    const births = counted.connected();
    expect(births.map(shape)).toEqual(['NBIRTH/gates:n-1:1 0', 'DBIRTH/gates:n-1:1/pumps:n-1:1 1']);
    expect(will && session(will)).toBe(0);
    expect(births[0] && session(births[0])).toBe(0);
    const { ahead, packet } = counted.leaves(dialect.encode(message()));
    expect(ahead).toEqual([]);
    expect(shape(packet)).toBe('NDATA/gates:n-1:1 2');
    expect(counted.goodbye().map(shape)).toEqual(['NDEATH/gates:n-1:1 -']);
  });

  it('names aliases in births alone, and uses no others', () => {
    const counted = node();
    counted.connecting(null);
    const named = [...counted.connected(), ...counted.carries('pumps/n-1/1', true)].flatMap(
      metricsOf,
    );
    expect(named.every(({ name, alias }) => name !== undefined && alias !== undefined)).toBe(true);
    const aliases = named.map(({ alias }) => alias);
    expect(new Set(aliases).size).toBe(aliases.length);
    for (const over of [{}, child, { stream: 'answer' }]) {
      const { packet } = counted.leaves(dialect.encode(message(over)));
      for (const { name, alias } of metricsOf(packet)) {
        expect(name).toBeUndefined();
        expect(aliases).toContain(alias);
      }
      expect(dialect.decode(packet.topic, packet.payload)).toHaveLength(1);
      expect(dialect.values(packet.payload)).toEqual(
        dialect.values(dialect.encode(message(over)).payload),
      );
    }
  });

  it('counts to 255 and begins again, and so do its sessions', () => {
    const counted = node();
    const wills = Array.from({ length: 258 }, () => counted.connecting(null));
    expect([0, 255, 256, 257].map((at) => session(wills[at] as Packet))).toEqual([0, 255, 0, 1]);
    counted.connected();
    const sent = Array.from(
      { length: 257 },
      () => counted.leaves(dialect.encode(message())).packet,
    );
    expect([sent[0], sent[254], sent[255], sent[256]].map((one) => shape(one as Packet))).toEqual([
      ...['NDATA/gates:n-1:1 1', 'NDATA/gates:n-1:1 255'],
      ...['NDATA/gates:n-1:1 0', 'NDATA/gates:n-1:1 1'],
    ]);
  });

  it('is born again when it is called, in its session, with what it said last', () => {
    const counted = node();
    counted.connecting(null);
    counted.connected();
    counted.carries('pumps/n-1/1', true);
    counted.leaves(dialect.encode(message()));
    const order = dialect.encode(message({ stream: 'command', values: {} }));
    expect(counted.heard(order.topic, order.payload)).toEqual([]);
    const call = dialect.encode(message({ stream: 'rebirth', values: {} }));
    const births = counted.heard(call.topic, call.payload);
    expect(births.map(shape)).toEqual(['NBIRTH/gates:n-1:1 0', 'DBIRTH/gates:n-1:1/pumps:n-1:1 1']);
    expect(births[0] && session(births[0])).toBe(0);
    const said = births.flatMap(metricsOf).find(({ name }) => name === 'telemetry/temperature');
    expect(said?.value).toBe(4.5);
    expect(births.flatMap(metricsOf).filter(({ value }) => value === undefined)).toEqual([]);
  });

  it('stamps what it sends with the time of sending, and values with theirs', () => {
    const zero = Date.UTC(2026, 0, 1);
    const sentAt = (packets: readonly Packet[]) => [
      ...new Set(
        packets.map(({ payload: bytes }) => (decodePayload(bytes)?.timestamp ?? 0) - zero),
      ),
    ];
    const counted = node();
    clock = 1500.7;
    counted.connecting(null);
    expect(sentAt(counted.connected())).toEqual([1500]);
    expect(sentAt(counted.carries('pumps/n-1/1', true))).toEqual([1500]);
    clock = 9000;
    const { packet } = counted.leaves(dialect.encode(message()));
    expect(sentAt([packet])).toEqual([9000]);
    const due = (one: Packet, called: number) =>
      metricsOf(one).find(({ alias }) => alias === called)?.timestamp;
    expect(due(packet, 1030)).toBe(zero + 4000);
    clock = 40_000;
    const call = dialect.encode(message({ stream: 'rebirth', values: {} }));
    const births = counted.heard(call.topic, call.payload);
    expect(births).toHaveLength(2);
    expect(sentAt(births)).toEqual([40_000]);
    expect(births[0] && due(births[0], 1030)).toBe(zero + 4000);
    expect(births[0] && due(births[0], 1028)).toBe(zero + 40_000);
    clock = 41_000;
    expect(sentAt(counted.carries('pumps/n-1/1', false))).toEqual([41_000]);
    expect(sentAt(counted.goodbye())).toEqual([41_000]);
  });

  it('tells the death of a device, and bears it again for what it had left behind', () => {
    const counted = node();
    counted.connecting(null);
    counted.connected();
    expect(counted.carries('pumps/n-1/1', true).map(shape)).toEqual([
      'DBIRTH/gates:n-1:1/pumps:n-1:1 1',
    ]);
    expect(counted.carries('pumps/n-1/1', false).map(shape)).toEqual([
      'DDEATH/gates:n-1:1/pumps:n-1:1 2',
    ]);
    const late = counted.leaves(dialect.encode(message(child)));
    expect([...late.ahead, late.packet].map(shape)).toEqual([
      'DBIRTH/gates:n-1:1/pumps:n-1:1 3',
      'DDATA/gates:n-1:1/pumps:n-1:1 4',
    ]);
    const next = counted.leaves(dialect.encode(message()));
    expect([...next.ahead, next.packet].map(shape)).toEqual([
      'DDEATH/gates:n-1:1/pumps:n-1:1 5',
      'NDATA/gates:n-1:1 6',
    ]);
  });

  it('has a will that is the message of its device as well', () => {
    const will = dialect.encode(message({ stream: 'will', values: { state: 'offline' } }));
    const armed = node().connecting(will) as Packet;
    expect(dialect.decode(armed.topic, armed.payload)).toMatchObject([{ stream: 'will', n: 4 }]);
    expect(session(armed)).toBe(0);
    expect(dialect.values(armed.payload)).toEqual([{ state: 'offline' }]);
  });

  it('gives no birth, counts wrongly and hears nothing where its firmware has such a bug', () => {
    const counted = node({
      giveBirth: () => false,
      numberPacket: () => 9,
      numberSession: () => 5,
      heedRebirth: () => false,
    });
    expect(session(counted.connecting(null) as Packet)).toBe(5);
    expect(counted.connected()).toEqual([]);
    expect(shape(counted.leaves(dialect.encode(message())).packet)).toBe('NDATA/gates:n-1:1 9');
    const call = dialect.encode(message({ stream: 'rebirth', values: {} }));
    expect(counted.heard(call.topic, call.payload)).toEqual([]);
  });
});

describe('a frame', () => {
  it('shows numbers and aliases of births and data', () => {
    const counted = node();
    counted.connecting(null);
    const [birth] = counted.connected();
    expect(birth && dialect.frame?.(birth.topic, birth.payload)).toMatchObject({
      op: 'sparkplug/seen',
      device: 'gates/n-1/1',
      about: null,
      fields: { type: 'NBIRTH', seq: 0, session: 0, control: 0, bare: 0, used: '' },
    });
    const { packet } = counted.leaves(dialect.encode(message()));
    expect(dialect.frame?.(packet.topic, packet.payload)).toMatchObject({
      fields: {
        type: 'NDATA',
        seq: 1,
        session: -1,
        control: -1,
        named: '',
        used: '1024-1027,1030,1032',
      },
    });
  });

  it('is none of what is not of the run, or cannot be read', () => {
    const { topic, payload: bytes } = dialect.encode(message());
    expect(dialect.frame?.('spBv1.0/other:7/NDATA/x', bytes)).toBeNull();
    expect(dialect.frame?.(topic, Uint8Array.of(255))).toBeNull();
    expect(dialect.frame?.('spBv1.0/r1:7/NDATA/x/y', bytes)).toBeNull();
    expect(dialect.frame?.('spBv1.0/r1:64/NDATA/x', bytes)).toBeNull();
  });
});

describe('a frame of numbers beyond what a ledger holds', () => {
  it.each(frameFuzzes().map((fuzz) => [fuzz.parser, fuzz] as const))('survives: %s', (_, fuzz) => {
    expect(survived(fuzz, 5, 400)).toBe(400);
  });

  it('has none of them, and no such alias', () => {
    const metrics = [1, 2 ** 53 - 1, 2 ** 53, 2 ** 63].map((alias) => ({ alias }));
    const bytes = encodePayload({ seq: 2 ** 52, metrics });
    const told = dialect.frame?.('spBv1.0/r1:7/NDATA/gates:n-1:1', bytes);
    expect(told?.fields).toMatchObject({ seq: -1, used: `1,${2 ** 53 - 1}` });
  });
});

describe('a payload', () => {
  it('comes back as it was', () => {
    fc.assert(
      fc.property(payload, (one) => {
        expect(decodePayload(encodePayload(one))).toEqual(one);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  it('reads what is below zero, and passes over what it does not know', () => {
    const bytes = Uint8Array.of(
      ...[0x12, 0x0c, 0x20, 3, 0x50, 0xff, 0xff, 0xff, 0xff, 0x0f, 0xa2, 1, 1, 7],
      ...[0x2a, 2, 1, 2, 0x18, 5],
    );
    expect(decodePayload(bytes)).toEqual({ seq: 5, metrics: [{ datatype: 3, value: -1 }] });
  });

  it.each(fuzzes().map((fuzz) => [fuzz.parser, fuzz] as const))('survives: %s', (_, fuzz) => {
    expect(survived(fuzz, 5, 400)).toBe(400);
  });
});
