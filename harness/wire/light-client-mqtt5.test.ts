/** What the light client says and hears in MQTT 5, against a server written by hand. */
import { duplexPair } from 'node:stream';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { expect, it } from 'vitest';
import { LightClient, type LightClientEvents } from './light-client.ts';
import type { Mqtt5Options } from './light-client-mqtt5.ts';

const settle = (): Promise<void> =>
  new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

function world(mqtt5: Mqtt5Options, clean = false, keepAliveS = 0) {
  const [ours, theirs] = duplexPair();
  const got: Packet[] = [];
  const told: string[] = [];
  const parser = mqttPacket.parser({ protocolVersion: 5 });
  parser.on('packet', (packet: Packet) => got.push(packet));
  theirs.on('data', (chunk: Buffer) => parser.parse(chunk));
  theirs.on('error', () => {});
  const events: LightClientEvents<null> = {
    connected: () => told.push('connected'),
    refused: (_, why) => told.push(`refused ${why}`),
    closed: (_, why) => told.push(`closed ${why}`),
    acked: (_, key) => told.push(`acked ${key}`),
    abandoned: (_, key) => told.push(`abandoned ${key}`),
    subscribed: (_, granted) => told.push(`granted ${granted}`),
    received: (_, topic, payload) => told.push(`${topic}=${Buffer.from(payload)}`),
    agreed: (_, { receive, aliases, session }) =>
      told.push(`agreed ${receive} ${aliases} ${session}`),
    rejected: (_, key, why) => told.push(`rejected ${key} ${why}`),
    packetIn: (_, { messageId }) => told.push(`in ${messageId}`),
    packetDone: (_, id) => told.push(`done ${id}`),
  };
  const will = { topic: 'will', payload: Buffer.from('gone'), qos: 1, retain: false } as const;
  const names = { clientId: 'c', username: '', password: '' };
  const client = new LightClient<null>(
    ours,
    { ...names, clean, keepAliveS, will, mqtt5 },
    events,
    null,
  );
  const say = async (packet: object): Promise<void> => {
    theirs.write(mqttPacket.generate(packet as Packet, { protocolVersion: 5 }));
    await settle();
  };
  const admit = (properties: object): Promise<void> =>
    say({ cmd: 'connack', reasonCode: 0, sessionPresent: false, properties });
  return { client, got, told, say, admit };
}

const publishesOf = (got: readonly Packet[]) =>
  got.flatMap((packet) => (packet.cmd === 'publish' ? [packet] : []));

it('says in its CONNECT what it makes of the version', async () => {
  const { got } = world({
    ...{ receiveMaximum: 3, aliases: 2, sessionExpiryS: 60, willDelayS: 5 },
    userProperties: { house: 'north' },
  });
  await settle();
  expect(got[0]).toMatchObject({
    cmd: 'connect',
    protocolVersion: 5,
    properties: {
      ...{ receiveMaximum: 3, topicAliasMaximum: 2, sessionExpiryInterval: 60 },
      userProperties: { house: 'north' },
    },
    will: { properties: { willDelayInterval: 5 } },
  });
});

it('keeps a session for ever where nothing is said, and none where it is clean', async () => {
  const [kept, clean] = [world({}), world({}, true)];
  await settle();
  expect(kept.got[0]).toMatchObject({ properties: { sessionExpiryInterval: 0xffff_ffff } });
  expect(clean.got[0]).not.toMatchObject({ properties: { sessionExpiryInterval: 0xffff_ffff } });
});

it('names a topic by a number once both have it, as far as the server takes numbers', async () => {
  const { client, got, admit } = world({ aliases: 2, expiryS: 9 });
  await admit({ topicAliasMaximum: 1 });
  for (const topic of ['a', 'b', 'a']) client.publish(0, topic, Buffer.from('x'), 0, false);
  await settle();
  expect(publishesOf(got).map(({ topic, properties }) => [topic, { ...properties }])).toEqual([
    ['a', { messageExpiryInterval: 9, topicAlias: 1 }],
    ['b', { messageExpiryInterval: 9 }],
    ['', { messageExpiryInterval: 9, topicAlias: 1 }],
  ]);
});

it.each([
  [60, 5],
  [0, 5],
  [5, 0],
])('asks for a keep-alive of %d s and goes by the %d s of the server', async (asked, set) => {
  const { client, got, admit } = world({}, false, asked);
  // It connects for three seconds; the wheel asks when it was told to.
  let nextMs = 1000;
  while (nextMs <= 3000) nextMs = client.fire(nextMs);
  await admit({ serverKeepAlive: set });
  const firedBy = async (untilMs: number): Promise<number> => {
    while (nextMs <= untilMs) {
      nextMs = client.fire(nextMs);
      await settle();
    }
    return got.filter(({ cmd }) => cmd === 'pingreq').length;
  };
  expect(await firedBy(3000 + 5000)).toBe(set === 0 ? 0 : 1);
  expect(nextMs === Infinity).toBe(set === 0);
});

it('has no more under way than the server takes', async () => {
  const { client, got, told, say, admit } = world({});
  await admit({ receiveMaximum: 2 });
  for (const key of [1, 2, 3]) client.publish(key, 't', Buffer.from('x'), 1, false);
  await settle();
  expect(publishesOf(got)).toHaveLength(2);
  await say({ cmd: 'puback', messageId: 1, reasonCode: 16 });
  expect(publishesOf(got)).toHaveLength(3);
  expect(told).toEqual(['agreed 2 0 4294967295', 'connected', 'acked 1']);
});

it('tells why the server refuses, and that the exchange is over then', async () => {
  const { client, told, say, admit } = world({});
  await admit({});
  client.publish(1, 't', Buffer.from('x'), 1, false);
  client.publish(2, 't', Buffer.from('x'), 2, false);
  await say({ cmd: 'puback', messageId: 1, reasonCode: 135, properties: { reasonString: 'no' } });
  await say({ cmd: 'pubrec', messageId: 2, reasonCode: 151 });
  expect(told.slice(2)).toEqual(['rejected 1 135 not authorized', 'rejected 2 151 quota exceeded']);
  expect(client.unfinished).toBe(0);
  client.subscribe(['t'], 1);
  await say({ cmd: 'suback', messageId: 3, granted: [158] });
  expect(told.at(-1)).toBe('granted 158');
});

it('tells why it is told to go, and why it is not let in', async () => {
  const thrown = world({});
  await thrown.admit({});
  await thrown.say({ cmd: 'disconnect', reasonCode: 142 });
  expect(thrown.told.at(-1)).toBe('closed told to go: 142 session taken over');
  const refused = world({});
  await refused.say({ cmd: 'connack', reasonCode: 138, sessionPresent: false });
  expect(refused.told).toEqual(['refused 138 banned']);
});

it('knows topics by the numbers that the server gives them, and no others', async () => {
  const { told, say, admit } = world({ aliases: 1 });
  await admit({});
  const publish = { cmd: 'publish', qos: 0, dup: false, retain: false, payload: 'x' };
  await say({ ...publish, topic: 'a', properties: { topicAlias: 1 } });
  await say({ ...publish, topic: '', properties: { topicAlias: 1 } });
  await say({ ...publish, topic: 'b', properties: { topicAlias: 2 } });
  expect(told.filter((one) => !one.startsWith('in '))).toEqual([
    ...['agreed 65535 0 4294967295', 'connected', 'a=x', 'a=x'],
    'closed protocol: topic alias 2',
  ]);
});

it('tells of each packet that comes, and when its last answer is handed to the wire', async () => {
  const { told, say, admit } = world({});
  await admit({});
  const publish = { cmd: 'publish', dup: false, retain: false, payload: 'x', topic: 't' };
  await say({ ...publish, qos: 1, messageId: 5 });
  await say({ ...publish, qos: 2, messageId: 6 });
  expect(told.slice(2)).toEqual(['in 5', 't=x', 'done 5', 'in 6', 't=x']);
  await say({ cmd: 'pubrel', messageId: 6 });
  expect(told.at(-1)).toBe('done 6');
});
