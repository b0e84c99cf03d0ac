/**
 * The card against brokers of which we know the truth: a Mosquitto, whose preset it must bear out;
 * a platform twin, whose promises are ours; and liars, whose lies it must see. A probe that cannot
 * see a lie is none.
 */
import { writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { duplexPair } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Guarantees } from '#kernel';
import type { Promises } from '../../harness/plan/promises.ts';
import { brokenPromises, guaranteesIn } from '../../harness/probe/card.ts';
import { handsOf } from '../../harness/probe/hands.ts';
import { type Card, type ProbeOptions, probe } from '../../harness/probe/probe.ts';
import { RawClient } from '../../harness/probe/raw-client.ts';
import type { Way } from '../../harness/probe/stand.ts';
import mosquitto from '../../harness/targets/brokers/mosquitto.ts';
import { awaitListener, freePort } from '../../harness/targets/tcp-ports.ts';
import { MOSQUITTO } from '../../harness/testing/brokers.ts';
import { startLiar } from '../../harness/testing/liar.ts';
import type { LieRules } from '../../harness/testing/lie-book.ts';
import { real } from '../../tools/real.ts';
import {
  otherAccount,
  secretOf,
  startTwin,
  temporaryFolder,
} from '../../twins/platform/testing/twin.ts';

/** Undo of the running test, last first. */
let undo: (() => unknown)[] = [];
beforeEach(() => {
  undo = [];
});
afterEach(async () => {
  for (const step of undo.reverse()) await step();
});

const wayTo = (port: number): Way => ({
  open: () => connect({ port, host: '127.0.0.1', noDelay: true }),
  login: {},
});

const asked = (way: Way, more: Partial<ProbeOptions> = {}): Promise<Card> =>
  probe({
    way,
    hands: null,
    prefix: null,
    only: [],
    signal: new AbortController().signal,
    onAnswer: () => {},
    ...more,
  });

const gradeOf = (card: Card, line: string): string | undefined =>
  card.findings.find((one) => one.line === line)?.grade;
const linesWith = (card: Card, grade: string): string[] =>
  card.findings.filter((one) => one.grade === grade).map(({ line }) => line);

async function mosquittoHere(): Promise<number> {
  const broker = await MOSQUITTO.start();
  undo.push(() => broker.close());
  return broker.port;
}

/** What a new client is handed of all that was retained. */
async function retainedAt(port: number, prefix: string): Promise<string[]> {
  const client = new RawClient(wayTo(port).open(), {});
  await client.enter({ clientId: 'after-the-probe' });
  await client.subscribe([`${prefix}/#`], 1);
  await client.settled(1, 500, 3000);
  client.goodbye();
  return client.messages.map(({ topic }) => topic);
}

describe('a real Mosquitto', () => {
  it('bears its preset out, line by line, and is left as it was', async (context) => {
    const { skip, reason } = MOSQUITTO.look();
    context.skip(skip, reason);
    const port = await mosquittoHere();
    const card = await asked(wayTo(port), { prefix: 'probed' });
    expect(brokenPromises(mosquitto.promises, card.findings)).toEqual([]);
    expect(linesWith(card, 'not-kept')).toEqual(['will-on-take-over']);
    expect(linesWith(card, 'open')).toEqual([]);
    expect(card.left).toEqual([]);
    // Not modest in any of these, so a preset that said less or more would be wrong.
    const { queueLimit, inflightLimit, willOnTakeOver, maxQos } = mosquitto.promises;
    expect(guaranteesIn(card.findings)).toMatchObject({
      queueLimit: queueLimit?.value,
      inflightLimit: inflightLimit?.value,
      willOnTakeOver: willOnTakeOver?.value,
      maxQos: maxQos?.value,
      ordered: true,
      retained: 'flagged',
      keepAliveGrace: 1.5,
    });
    expect(await retainedAt(port, 'probed')).toEqual([]);
  });

  it('loses over a kill what its preset says it loses', async (context) => {
    const { path, skip, reason } = real('mosquitto');
    context.skip(skip, reason);
    const folder = temporaryFolder();
    const port = await freePort();
    const [conf, pid] = [folder.file('m.conf'), folder.file('m.pid')];
    writeFileSync(
      conf,
      `listener ${port} 127.0.0.1\nallow_anonymous true\npid_file ${pid}\nuser root\n`,
    );
    const hands = handsOf(`kill -9 $(cat ${pid})`, `${path} -d -c ${conf}`);
    await hands.start();
    undo.push(async () => {
      await hands.kill();
      folder.remove();
    });
    await awaitListener('127.0.0.1', port, 10_000);
    const card = await asked(wayTo(port), { hands, only: ['over-a-restart'] });
    expect(guaranteesIn(card.findings)).toEqual({ durableSessions: false, durableRetained: false });
    expect(card.left).toEqual([]);
  });

  it('is left as it was when the probe is stopped in the middle', async (context) => {
    const { skip, reason } = MOSQUITTO.look();
    context.skip(skip, reason);
    const port = await mosquittoHere();
    const abort = new AbortController();
    const stopped = asked(wayTo(port), { prefix: 'stopped', signal: abort.signal });
    setTimeout(() => abort.abort(), 1500);
    expect((await stopped).left).toEqual([]);
    expect(await retainedAt(port, 'stopped')).toEqual([]);
  });
});

it('is one clear error where nobody speaks MQTT', async () => {
  const port = await freePort();
  await expect(asked(wayTo(port))).rejects.toThrow(/nobody there lets us in as an MQTT broker/);
});

it('finds of the platform twin what that promises', async () => {
  const folder = temporaryFolder();
  const accounts = [otherAccount('prober', 'service')];
  const platform = await startTwin(folder.file('store.db'), { accounts });
  undo.push(async () => {
    await platform.close();
    folder.remove();
  });
  const open = () => {
    const [ours, theirs] = duplexPair();
    ours.on('close', () => theirs.destroy());
    theirs.on('close', () => ours.destroy()).on('error', () => {});
    platform.handle(theirs);
    return ours;
  };
  const login = { username: 'prober', password: Buffer.from(secretOf('prober')) };
  const card = await asked({ open, login });
  const { guarantees } = platform;
  const names: (keyof Guarantees)[] = [
    ...(['maxQos', 'ordered', 'willOnTakeOver', 'keepAliveGrace', 'redeliversWithinMs'] as const),
    ...(['queueLimit', 'retained', 'filtersPerSession'] as const),
  ];
  const promises = Object.fromEntries(
    names.map((name) => [name, { value: guarantees[name], because: 'it is ours' }]),
  ) as Partial<Promises>;
  expect(brokenPromises(promises, card.findings)).toEqual([]);
  expect(card.left).toEqual([]);
  expect(linesWith(card, 'open')).toEqual([]);
});

describe('a liar', () => {
  it.for<[string, LieRules, string, string]>([
    ['drops what it acknowledged', { 'drop-qos1': { every: 50 } }, 'ordered', 'acknowledged'],
    ['swaps two messages', { swap: { every: 50, times: 3 } }, 'ordered', 'ordered'],
    ['delivers QoS 2 twice', { 'twice-qos2': { every: 50 } }, 'exactly-once', 'exactly-once'],
    ['forgets sessions', { 'forget-session': { every: 1 } }, 'kept-session', 'kept-session'],
    ['keeps sessions', { 'keep-session': { every: 1 } }, 'kept-session', 'clean-session'],
    ['forgets retained values', { 'forget-retained': { every: 9 } }, 'retained', 'retained'],
  ])('that %s is seen', async ([, lies, question, line], context) => {
    const { skip, reason } = MOSQUITTO.look();
    context.skip(skip, reason);
    const liar = await startLiar({ upstreamPort: await mosquittoHere(), lies });
    undo.push(() => liar.close());
    const card = await asked(wayTo(liar.port), { only: [question] });
    expect(liar.log.length).toBeGreaterThan(0);
    expect(gradeOf(card, line)).toBe('not-kept');
  });

  let sent = 0;
  it.for<[string, (packet: Packet) => Packet[], string, string]>([
    [
      'says nothing of DUP',
      (packet) => [packet.cmd === 'publish' ? { ...packet, dup: false } : packet],
      ...(['redelivers-within', 'redelivery-marked'] as const),
    ],
    [
      'repeats without DUP',
      (packet) => (packet.cmd === 'publish' && ++sent % 40 === 0 ? [packet, packet] : [packet]),
      ...(['ordered', 'duplicates'] as const),
    ],
    [
      'takes the mark off retained values',
      (packet) => [packet.cmd === 'publish' ? { ...packet, retain: false } : packet],
      ...(['retained', 'retained'] as const),
    ],
    [
      'answers QoS 2 with a PUBACK',
      (packet) => [packet.cmd === 'pubrec' ? { ...packet, cmd: 'puback' } : packet],
      ...(['max-qos', 'max-qos'] as const),
    ],
    [
      'publishes no wills',
      (packet) => (packet.cmd === 'publish' && packet.topic.includes('/will/') ? [] : [packet]),
      ...(['wills', 'will-when-lost'] as const),
    ],
  ])('that %s is seen', async ([, bend, question, line], context) => {
    const { skip, reason } = MOSQUITTO.look();
    context.skip(skip, reason);
    const port = await bent(await mosquittoHere(), bend);
    const card = await asked(wayTo(port), { only: [question] });
    expect(gradeOf(card, line)).toBe('not-kept');
  });
});

/** A man in the middle who changes what a broker says, packet by packet. */
async function bent(upstream: number, bend: (packet: Packet) => Packet[]): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const broker = connect({ port: upstream, host: '127.0.0.1', noDelay: true });
    for (const [one, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      open.add(one);
      one.on('close', () => other.destroy()).on('error', () => {});
    }
    client.on('data', (bytes: Buffer) => broker.write(bytes));
    const reader = mqttPacket.parser({ protocolVersion: 4 });
    reader.on('packet', (packet) => {
      for (const one of bend(packet)) if (!client.destroyed) client.write(mqttPacket.generate(one));
    });
    broker.on('data', (bytes: Buffer) => reader.parse(bytes));
  });
  undo.push(() => {
    for (const socket of open) socket.destroy();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
