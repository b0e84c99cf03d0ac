/**
 * A tap that has nothing to do changes no byte, however they come; one that has does to the packets
 * that are meant what it should, and to no others; and what is no MQTT it leaves alone.
 */
import { createHash } from 'node:crypto';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { beforeEach, describe, expect, it } from 'vitest';
import { type FaultPlan, type PacketTrouble, randomStream } from '#kernel';
import type { Undo } from '../fault.ts';
import { MemoryProxy } from '../memory-link.ts';
import { ManualClock } from '../testing/manual-clock.ts';
import { settled, Tape } from '../testing/tape.ts';
import { isOnTopic } from './mqtt-frame.ts';
import { CohortTap } from './tap-rules.ts';

let clock: ManualClock;
let hits: string[];
let tap: CohortTap;
beforeEach(() => {
  clock = new ManualClock();
  hits = [];
  tap = new CohortTap({
    seed: 7,
    deviceOf: (id) => (id === 'probe' ? null : { index: 3, id }),
    hit: (fault, device) => hits.push(`${fault} ${device}`),
  });
});

interface Joined {
  client: Tape;
  server: Tape;
}

function joined(): Joined {
  let server: Tape | null = null;
  const accept = (end: ConstructorParameters<typeof Tape>[0]): boolean => {
    server = new Tape(end);
    return true;
  };
  const proxy = new MemoryProxy('p', clock, 1, accept, tap.stand);
  const client = new Tape(proxy.connect());
  if (server === null) throw new Error('nobody accepted');
  return { client, server };
}

const bytesOf = (packet: Packet): Buffer => mqttPacket.generate(packet);
const connect = (clientId: string): Buffer =>
  bytesOf({ cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: true, clientId });
const CONNACK = bytesOf({ cmd: 'connack', returnCode: 0, sessionPresent: false });
const publish = (n: number, topic = 'a/b', size = 3): Buffer =>
  bytesOf({
    ...{ cmd: 'publish', topic, payload: Buffer.alloc(size, n), qos: 1, messageId: n },
    ...{ dup: false, retain: false },
  });
const puback = (messageId: number): Buffer => bytesOf({ cmd: 'puback', messageId });

const act = (trouble: Partial<PacketTrouble>): Undo =>
  tap.act({
    id: 'f',
    packets: {
      ...{ does: 'drop', packet: 'PUBLISH', ways: ['up', 'down'], every: 1, share: 1 },
      ...trouble,
    },
  } as FaultPlan);

const shaOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** In pieces of all sizes, mostly small. */
async function pour(tape: Tape, bytes: Buffer, seed: number): Promise<void> {
  const random = randomStream(seed, 'pieces');
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(random.unit() < 0.7 ? 7 : 3000);
    tape.end.write(bytes.subarray(at, at + size));
    at += size;
    await settled();
  }
}

/** Packets of many sizes, one of them longer than a tap would ever hold. */
function talk(seed: number): Buffer {
  const random = randomStream(seed, 'talk');
  const parts = Array.from({ length: 40 }, (_, n) =>
    random.unit() < 0.5 ? puback(n + 1) : publish(n + 1, 'a/b', random.below(400)),
  );
  return Buffer.concat(parts);
}

describe('is byte-exact', () => {
  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'with nothing to do, seed %i',
    async (seed) => {
      const { client, server } = joined();
      const up = Buffer.concat([connect('d'), talk(seed)]);
      const down = Buffer.concat([CONNACK, talk(seed + 100)]);
      await Promise.all([pour(client, up, seed), pour(server, down, seed + 50)]);
      expect([shaOf(server.bytes), shaOf(client.bytes)]).toEqual([shaOf(up), shaOf(down)]);
    },
  );

  it.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'while faults come and go that meet nothing, seed %i',
    async (seed) => {
      const { client, server } = joined();
      const up = Buffer.concat([connect('d'), talk(seed)]);
      const pouring = pour(client, up, seed);
      for (let k = 0; k < 30; k++) {
        const undo = act({ topic: 'other/#', packet: k % 2 === 0 ? 'PUBLISH' : 'PUBREL' });
        await settled();
        await undo();
      }
      await pouring;
      expect(shaOf(server.bytes)).toBe(shaOf(up));
      expect(hits).toEqual([]);
    },
  );

  it('with what is no MQTT, also while a fault acts', async () => {
    act({});
    for (const text of [
      'GET / HTTP/1.1\r\n\r\n',
      '\x16\x03\x01\x02\x00\x01',
      '\x10\xff\xff\xff\xff\xff0',
    ]) {
      const { client, server } = joined();
      const random = randomStream(1, text);
      const noise = Buffer.from(Array.from({ length: 5000 }, () => random.below(256)));
      const up = Buffer.concat([Buffer.from(text, 'latin1'), noise]);
      await pour(client, up, 5);
      expect(shaOf(server.bytes)).toBe(shaOf(up));
    }
  });

  it('with a connection that ends within a packet', async () => {
    act({});
    const { client, server } = joined();
    const up = Buffer.concat([connect('d'), publish(1).subarray(0, 6)]);
    client.end.end(up);
    await settled();
    expect(server.bytes.equals(up)).toBe(true);
    expect(server.state).toBe('fin');
  });
});

/** What the server got of so many publishes of a device. */
async function got(
  trouble: Partial<PacketTrouble>,
  count: number,
  topic = 'a/b',
): Promise<number[]> {
  act(trouble);
  const { client, server } = joined();
  const packets = Array.from({ length: count }, (_, k) => publish(k + 1, topic));
  await pour(client, Buffer.concat([connect('d'), ...packets]), 3);
  return idsIn(server.bytes);
}

function idsIn(bytes: Buffer): number[] {
  const ids: number[] = [];
  const parser = mqttPacket.parser({ protocolVersion: 4 });
  parser.on('packet', (packet) => {
    if (packet.cmd === 'publish') ids.push(packet.messageId ?? 0);
  });
  parser.parse(bytes);
  return ids;
}

describe('a fault', () => {
  it('drops each n-th', async () => {
    expect(await got({ every: 3 }, 7)).toEqual([1, 2, 4, 5, 7]);
    expect(hits).toEqual(['f 3', 'f 3']);
  });

  it('drops a share, the same each time', async () => {
    const first = await got({ share: 0.3 }, 200);
    expect(first.length).toBeGreaterThan(120);
    expect(first.length).toBeLessThan(160);
  });

  it('says twice', async () => {
    expect(await got({ does: 'duplicate', every: 2 }, 4)).toEqual([1, 2, 2, 3, 4, 4]);
  });

  it('swaps', async () => {
    expect(await got({ does: 'reorder' }, 5)).toEqual([2, 1, 4, 3]);
    expect(hits).toHaveLength(2);
  });

  it('means those on a topic', async () => {
    expect(await got({ topic: '+/b' }, 2)).toEqual([]);
    expect(await got({ topic: '+/c' }, 2, 'a/d')).toEqual([1, 2]);
  });

  it('leaves a probe alone', async () => {
    act({});
    const { client, server } = joined();
    await pour(client, Buffer.concat([connect('probe'), publish(1)]), 3);
    expect(idsIn(server.bytes)).toEqual([1]);
  });

  it('spoils what must end the connection', async () => {
    act({ does: 'corrupt' });
    const { client, server } = joined();
    await pour(client, Buffer.concat([connect('d'), publish(1)]), 3);
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    let why = '';
    parser.on('error', (error: Error) => {
      why = error.message;
    });
    parser.parse(server.bytes);
    expect(why).toMatch(/QoS/i);
  });
});

describe('what is held back', () => {
  it('comes when its time is over, never within another packet', async () => {
    act({ does: 'delay', delayMs: 500, packet: 'PUBACK' });
    const { client, server } = joined();
    const long = publish(9, 'a/b', 200);
    client.end.write(Buffer.concat([connect('d'), puback(1), long.subarray(0, 50)]));
    await settled();
    clock.advance(600);
    await settled();
    client.end.write(long.subarray(50));
    await settled();
    expect(server.bytes.equals(Buffer.concat([connect('d'), long, puback(1)]))).toBe(true);
  });

  it('comes when the fault is over, and ahead of the end of its connection', async () => {
    const undo = act({ does: 'delay', delayMs: 60_000 });
    const [one, two] = [joined(), joined()];
    for (const { client } of [one, two]) {
      client.end.write(Buffer.concat([connect('d'), publish(1), publish(2)]));
    }
    await settled();
    expect(idsIn(one.server.bytes)).toEqual([]);
    one.client.end.end();
    await settled();
    expect(idsIn(one.server.bytes)).toEqual([1, 2]);
    await undo();
    await settled();
    expect(idsIn(two.server.bytes)).toEqual([1, 2]);
    expect(clock.pending).toBe(0);
  });
});

it.each([
  ['#', 'a/b', true],
  ['a/#', 'a', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['+/b', 'a/c', false],
  ['a/b', 'a/b/c', false],
  ['#', '$SYS/a', false],
])('%s matches %s: %s', (filter, topic, does) => {
  expect(isOnTopic(filter, topic)).toBe(does);
});
