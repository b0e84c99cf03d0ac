/**
 * Packets that go through somebody who counts them: at the moment they are written, so what was
 * held over the end of a connection is counted by the next, and what is said at once goes ahead.
 */
import { expect, it } from 'vitest';
import type { Packet } from '#kernel';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { LightClient, type LightClientEvents } from './light-client.ts';

interface Owner {
  wired: string[];
  first(client: LightClient<Owner>): void;
}

const silent = (): void => {};
const events: LightClientEvents<Owner> = {
  connected: (client) => client.owner.first(client),
  refused: silent,
  closed: silent,
  acked: silent,
  abandoned: silent,
  received: silent,
  subscribed: silent,
  sentOnWire: ({ owner }, key, _, payload) => void owner.wired.push(`${key} ${textOf(payload)}`),
};

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const packetOf = (topic: string, text: string): Packet => {
  return { topic, payload: Buffer.from(text), qos: 0, retain: false };
};

function connected(first: Owner['first'] = silent) {
  const server = new ScriptedServer();
  let count = 0;
  const options = {
    ...{ clientId: 'c', username: '', password: '', clean: true, keepAliveS: 0 },
    leaves: (packet: Packet) => ({
      ahead: count === 0 ? [packetOf('birth', 'b')] : [],
      packet: { ...packet, payload: Buffer.from(`${textOf(packet.payload)}${count++}`) },
    }),
  };
  const owner: Owner = { wired: [], first };
  const client = new LightClient<Owner>(server.clientEnd, options, events, owner);
  return { client, owner, server };
}

it('are counted as they are written, with what goes ahead of the first', async () => {
  const { client, owner, server } = connected();
  client.publish(1, 't', Buffer.from('x'), 0, false);
  server.connack();
  await settle();
  client.publish(2, 't', Buffer.from('y'), 0, false);
  await settle();
  const said = server.take().filter((text) => text.startsWith('publish'));
  expect(said).toEqual(['publish - q0 birth=b', 'publish - q0 t=x0', 'publish - q0 t=y1']);
  expect(owner.wired).toEqual(['1 x0', '2 y1']);
});

it('and what waits over the end of a connection is counted by the next', async () => {
  const before = connected();
  before.client.publish(1, 't', Buffer.from('x'), 0, false);
  const session = before.client.takeSession();
  before.client.destroy();
  const next = connected();
  next.client.resume(session);
  next.server.connack();
  await settle();
  expect(next.server.take()).toContain('publish - q0 t=x0');
  expect(before.owner.wired).toEqual([]);
});

it('what is said at once goes ahead of what waits, and nowhere without a connection', async () => {
  const { client, server } = connected((one) => {
    one.publish(2, 't', Buffer.from('y'), 0, false);
    one.subscribe(['f'], 0);
    one.say(packetOf('now', 'n'));
  });
  client.say(packetOf('never', ''));
  server.connack();
  await settle();
  expect(server.take().map((text) => text.replace(/ \d+$/, ''))).toEqual([
    ...['connect', 'subscribe', 'publish - q0 now=n'],
    ...['publish - q0 birth=b', 'publish - q0 t=y0'],
  ]);
  client.disconnect();
  client.say(packetOf('late', ''));
  await settle();
  expect(server.take()).toEqual(['disconnect']);
});
