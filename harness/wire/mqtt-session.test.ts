/**
 * A session of ours is connected only once it has worked off what was under way, and tells of a
 * message that mqtt.js drops.
 */
import { expect, it } from 'vitest';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { MqttSession } from './mqtt-session.ts';

function dialled() {
  const servers: ScriptedServer[] = [];
  let comeBack = (): void => {};
  const ports = {
    links: {
      direct: () => {
        const server = new ScriptedServer();
        servers.push(server);
        return server.clientEnd;
      },
    },
    plan: { target: {} },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: {
      now: () => 0,
      after: (_: number, action: () => void) => {
        comeBack = action;
        return () => {};
      },
    },
  };
  const told: string[] = [];
  const session = new MqttSession(ports, 'commander/0', { connected: () => told.push('up') });
  const publish = (text: string, qos: 0 | 1): void =>
    session.publish(
      't',
      Buffer.from(text),
      { qos, retain: false },
      {
        sentAgain: () => told.push(`${text} again`),
        answered: (trouble) => told.push(`${text} ${trouble}`),
        refused: (why) => told.push(`${text} refused: ${why}`),
      },
    );
  /** The server of the next connection, which has let the session in. */
  const admitted = async (): Promise<ScriptedServer> => {
    if (servers.length > 0) {
      servers.at(-1)?.clientEnd.destroy();
      await settle();
      comeBack();
    }
    await settle();
    const server = servers.at(-1);
    if (server === undefined) throw new Error('the session dials at once');
    server.connack(true);
    await settle();
    return server;
  };
  return { session, publish, admitted, told };
}

/** With a message under way that the target of the second connection leaves unanswered. */
async function workingOff() {
  const world = dialled();
  await world.admitted();
  expect(world.session.connected).toBe(true);
  world.publish('old', 1);
  await settle();
  const server = await world.admitted();
  expect(world.told.splice(0)).toEqual(['up', 'old again']);
  return { ...world, server };
}

it('is not connected before what was under way is answered, nor after the end', async () => {
  const { session, server, told } = await workingOff();
  expect(session.connected).toBe(false);
  server.puback(server.got.find(({ cmd }) => cmd === 'publish')?.messageId ?? 0);
  await settle();
  expect(told).toEqual(['old null', 'up']);
  expect(session.connected).toBe(true);
  server.clientEnd.destroy();
  await settle();
  expect(session.connected).toBe(false);
  await session.end();
});

it('tells of what it could not send', async () => {
  const { session, publish, admitted, told } = await workingOff();
  publish('new', 1);
  await admitted();
  expect(told).toEqual(['new client: Connection closed', 'old again']);
  await session.end();
});

it('says nothing more once it is ended', async () => {
  const { session, publish, told } = await workingOff();
  publish('new', 1);
  await session.end();
  publish('late', 0);
  await settle();
  expect(told).toEqual([]);
  expect(session.connected).toBe(false);
});
