import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Broker, type BrokerKind, MOSQUITTO, SOCKET_AEDES, until } from './brokers.ts';
import { type Liar, startLiar } from './liar.ts';
import type { LieRules } from './lie-book.ts';
import { makePeer, type Peer } from './peers.ts';

/** Undo of the running test, last first. */
let undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.reverse()) await step();
  undo = [];
});

interface Scene {
  broker: Broker;
  liar: Liar;
  /** Talks to the liar. */
  client: Peer;
  /** Sees everything below `t/` on the honest broker. */
  witness: Peer;
}

const openTo = (port: number) => () => connect({ port, host: '127.0.0.1', noDelay: true });

async function set(kind: BrokerKind, lies: LieRules, logFile?: string): Promise<Scene> {
  const broker = await kind.start();
  undo.push(() => broker.close());
  const liar = await startLiar({
    upstreamPort: broker.port,
    lies,
    ...(logFile === undefined ? {} : { logFile }),
  });
  undo.push(() => liar.close());
  const client = await enter(liar.port, 'client');
  const witness = await enter(broker.port, 'witness');
  await witness.subscribe('t/#', 2);
  return { broker, liar, client, witness };
}

async function enter(port: number, clientId: string, clean = true): Promise<Peer> {
  const peer = makePeer('mqtt.js', { clientId, clean });
  await peer.connect(openTo(port));
  undo.push(() => peer.kill());
  return peer;
}

const envelope = (n: number): string => `{"n":${n},"e":1,"t":${n * 10},"v":{"a":${n}}}`;
const toldOf = (liar: Liar): string[] =>
  liar.log.map(({ lie, topic, payload }) => `${lie} ${topic} ${Buffer.from(payload, 'base64')}`);
const seen = (qos: number, ...ns: number[]): string[] =>
  ns.map((n) => `t/a=${envelope(n)} q${qos}`);

const BROKERS = [SOCKET_AEDES, MOSQUITTO];

describe.each(BROKERS)('in front of $name', { timeout: 60_000 }, (kind) => {
  beforeEach((context) => {
    const { skip, reason } = kind.look();
    context.skip(skip, reason);
  });

  it('is honest without rules', async () => {
    const { liar, client, witness } = await set(kind, {});
    for (const qos of [0, 1, 2] as const) await client.publish('t/a', envelope(qos), qos);
    await until(() => witness.received.length === 3);
    expect(witness.received.sort()).toEqual([...seen(0, 0), ...seen(1, 1), ...seen(2, 2)]);
    expect(liar.log).toEqual([]);
  });

  it.each([1, 2] as const)('acknowledges and drops QoS %i', async (qos) => {
    const { liar, client, witness } = await set(kind, { [`drop-qos${qos}`]: { every: 3 } });
    for (let n = 1; n <= 7; n++) await client.publish('t/a', envelope(n), qos);
    // Sent again, as after a lost acknowledgement: dropped again, told once.
    await client.publish('t/a', envelope(3), qos);
    await until(() => witness.received.length >= 5);
    expect(witness.received.sort()).toEqual(seen(qos, 1, 2, 4, 5, 7));
    expect(toldOf(liar)).toEqual([3, 6].map((n) => `drop-qos${qos} t/a ${envelope(n)}`));
  });

  it('keeps to topics, and to a number of times', async () => {
    const rule = { every: 1, times: 1, where: /^t\/b$/ };
    const { liar, client, witness } = await set(kind, { 'drop-qos1': rule });
    for (const topic of ['t/a', 't/b', 't/b']) await client.publish(topic, 'x', 1);
    await client.publish('t/b', 'y', 1);
    await until(() => witness.received.length >= 2);
    expect(witness.received.sort()).toEqual(['t/a=x q1', 't/b=y q1']);
    expect(toldOf(liar)).toEqual(['drop-qos1 t/b x']);
  });

  it('delivers a QoS 2 message twice', async () => {
    const { liar, client, witness } = await set(kind, { 'twice-qos2': { every: 2 } });
    for (let n = 1; n <= 3; n++) await client.publish('t/a', envelope(n), 2);
    await until(() => witness.received.length >= 4);
    expect(witness.received.sort()).toEqual(seen(2, 1, 2, 2, 3));
    expect(toldOf(liar)).toEqual([`twice-qos2 t/a ${envelope(2)}`]);
  });

  it.each([1, 2] as const)('swaps two of one topic at QoS %i', async (qos) => {
    const { liar, client, witness } = await set(kind, { swap: { every: 2, times: 1 } });
    await client.publish('t/a', envelope(1), qos);
    await until(() => witness.received.length === 1);
    await Promise.all([
      client.publish('t/a', envelope(2), qos),
      client.publish('t/b', 'between', qos),
      client.publish('t/a', envelope(3), qos),
    ]);
    await until(() => witness.received.length === 4);
    const told = liar.log.map(({ lie, payload, became = '' }) => [
      lie,
      Buffer.from(payload, 'base64').toString(),
      Buffer.from(became, 'base64').toString(),
    ]);
    expect(told).toEqual([['swap', envelope(2), envelope(3)]]);
    // Aedes passes on concurrently and does not keep the order of what it was given.
    const order = witness.received.filter((entry) => entry.startsWith('t/a'));
    if (kind === MOSQUITTO) expect(order).toEqual(seen(qos, 1, 3, 2));
    else expect(order.sort()).toEqual(seen(qos, 1, 2, 3));
  });

  it('changes a byte, and the same way when it is sent again', async () => {
    const { liar, client, witness } = await set(kind, { 'change-byte': { every: 2 } });
    for (const n of [1, 2, 2]) await client.publish('t/a', envelope(n), 1);
    await until(() => witness.received.length === 3);
    const damaged = envelope(2).replace('"a":2', '"a":3');
    expect(witness.received.sort()).toEqual([
      ...seen(1, 1),
      `t/a=${damaged} q1`,
      `t/a=${damaged} q1`,
    ]);
    expect(toldOf(liar)).toEqual([`change-byte t/a ${envelope(2)}`]);
    expect(Buffer.from(liar.log[0]?.became ?? '', 'base64').toString()).toBe(damaged);
  });

  it('changes any byte, also one without which a message cannot be read', async () => {
    const { liar, client, witness } = await set(kind, { 'change-any-byte': { every: 1 } });
    for (const n of [1, 2, 3]) await client.publish('t/a', envelope(n), 1);
    await until(() => witness.received.length === 3);
    const became = liar.log.map((record) => Buffer.from(record.became ?? '', 'base64'));
    expect(witness.received.sort()).toEqual(became.map((bytes) => `t/a=${bytes} q1`).sort());
    became.forEach((bytes, k) => {
      const sent = Buffer.from(envelope(k + 1));
      expect(bytes.filter((byte, i) => byte !== sent[i])).toHaveLength(1);
    });
    expect(became.map((bytes) => bytes[0]).includes('{'.charCodeAt(0) ^ 1)).toBe(true);
  });

  it('invents a message', async () => {
    const { liar, client, witness } = await set(kind, { invent: { every: 2 } });
    for (const n of [1, 2, 3]) await client.publish('t/a', envelope(n), 1);
    await until(() => witness.received.length === 4);
    const invented = envelope(2).replace('"n":2', '"n":1000000000');
    expect(witness.received.sort()).toEqual(
      [...seen(1, 1), `t/a=${invented} q1`, ...seen(1, 2, 3)].sort(),
    );
    expect(toldOf(liar)).toEqual([`invent t/a ${invented}`]);
  });

  it('forgets a session', async () => {
    const { broker, liar, witness } = await set(kind, { 'forget-session': { every: 2 } });
    const device = await enter(liar.port, 'device', false);
    await device.subscribe('t/down', 1);
    const presents: boolean[] = [];
    for (let i = 0; i < 3; i++) {
      await device.kill();
      await until(() => !broker.holds('device'));
      await witness.publish('t/down', `m${i}`, 1);
      presents.push(await device.connect(openTo(liar.port)));
      if (presents.at(-1)) await until(() => device.received.includes(`t/down=m${i} q1`));
      else await device.subscribe('t/down', 1);
    }
    expect(presents).toEqual([true, false, true]);
    expect(device.received).toEqual(['t/down=m0 q1', 't/down=m2 q1']);
    expect(toldOf(liar)).toEqual(['forget-session device ']);
  });

  it('keeps a session that was to be forgotten', async () => {
    const { broker, liar, witness } = await set(kind, { 'keep-session': { every: 2 } });
    const presents: boolean[] = [];
    const received: string[] = [];
    for (const [i, clean] of [false, true, false, true].entries()) {
      const device = makePeer('mqtt.js', { clientId: 'device', clean });
      presents.push(await device.connect(openTo(liar.port)));
      if (!clean) await device.subscribe('t/down', 1);
      if (i === 3) await until(() => device.received.length > 0);
      received.push(...device.received);
      await device.kill();
      await until(() => !broker.holds('device'));
      await witness.publish('t/down', `m${i}`, 1);
    }
    // What came after a clean connection has nobody to wait for.
    expect(received).toEqual(['t/down=m2 q1']);
    expect(presents).toEqual([false, false, false, false]);
    expect(toldOf(liar)).toEqual(['keep-session device ']);
  });

  it.each([0, 1, 2] as const)(
    'forgets and freezes retained values, read at QoS %i',
    async (qos) => {
      const lies: LieRules = {
        'forget-retained': { every: 2 },
        'stale-retained': { every: 1, where: /frozen/ },
      };
      const { liar, client, witness } = await set(kind, lies);
      const values = [
        ['t/kept', '1'],
        ['t/gone', '1'],
        ['t/frozen', '1'],
        ['t/frozen', '2'],
      ] as const;
      for (const [i, [topic, payload]] of values.entries()) {
        await client.publish(topic, payload, qos, true);
        await until(() => witness.received.length > i);
      }
      expect(witness.received).toEqual(
        values.map(([topic, payload]) => `${topic}=${payload} q${qos}`),
      );
      const reader = await enter(liar.port, 'reader');
      await reader.subscribe('t/#', qos);
      await client.publish('t/last', 'x', 1);
      await until(() => reader.received.some((entry) => entry.startsWith('t/last')));
      await until(() => reader.received.length >= 3);
      // Aedes hands retained values over at the QoS they were published with, whatever was granted.
      const handedOver = reader.received.map((entry) => entry.replace(/ q\d/, ''));
      expect(handedOver.sort()).toEqual(['t/frozen=1 retained', 't/kept=1 retained', 't/last=x']);
      expect(toldOf(liar)).toEqual(['forget-retained t/gone 1', 'stale-retained t/frozen 2']);
    },
  );

  it('passes wills on, after a kill and not after a goodbye', async () => {
    const { broker, liar, witness } = await set(kind, {});
    for (const clientId of ['polite', 'abrupt']) {
      const will = { topic: 't/will', payload: clientId, qos: 1 as const, retain: false };
      const peer = makePeer('mqtt.js', { clientId, clean: true, will });
      await peer.connect(openTo(liar.port));
      await (clientId === 'polite' ? peer.disconnect() : peer.kill());
      await until(() => !broker.holds(clientId));
    }
    await until(() => witness.received.length > 0);
    expect(witness.received).toEqual(['t/will=abrupt q1']);
  });
});

describe('the log', () => {
  it('is kept as lines of JSON', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'twinstorm-liar-'));
    const file = join(folder, 'lies.jsonl');
    undo.push(async () => rmSync(folder, { recursive: true }));
    const { liar, client } = await set(SOCKET_AEDES, { 'drop-qos1': { every: 1 } }, file);
    for (const n of [1, 2]) await client.publish('t/a', envelope(n), 1);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(liar.log);
    expect(liar.log).toHaveLength(2);
  });
});
