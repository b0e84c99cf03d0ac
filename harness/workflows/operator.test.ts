/**
 * An operator keeps no more on the wire than the target declares that it holds of one session,
 * takes for an answer only what answers, and writes down what goes out again after a reconnect.
 */
import { expect, it } from 'vitest';
import { FLAG } from '#kernel';
import type { Rounds } from '../../kernel/testing/streams.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import type { ObserverPorts } from '../watch/observer.ts';
import { Operator } from './operator.ts';

const COMMANDS: Rounds = {
  firstAt: 0,
  everyMs: 100,
  qos: 2,
  devices: [{ device: 0, offsetMs: 0 }],
};

/** With an operator who has been told to send five messages, to a target that holds so many. */
async function sentTo(inflightLimit: number, qos: 1 | 2 = 2) {
  const plan = testPlan({ devices: 1, readings: 1, commands: { ...COMMANDS, qos } });
  plan.target.guarantees.inflightLimit = inflightLimit;
  const stream = plan.streams.find(({ name }) => name === 'command');
  if (stream === undefined) throw new Error('the plan has commands');
  const server = new ScriptedServer();
  let dialled = server;
  let comeBack = (): void => {};
  const written: string[] = [];
  const ports = {
    plan,
    links: { direct: () => dialled.clientEnd },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: {
      now: () => 0,
      after: (_: number, action: () => void) => {
        comeBack = action;
        return () => {};
      },
    },
    tally: { intended: 0, sent: 0 },
    dialect: { encode: ({ n }: { n: number }) => ({ topic: 't', payload: Buffer.from(`${n}`) }) },
    ledger: {
      write: (op: string, { n, why }: { n: number; why?: string }) =>
        written.push([op, n, why].filter((part) => part !== undefined).join(' ')),
      writeSent: (_: number, { n, flags }: { n: number; flags: number }) =>
        written.push(`sent ${n}${flags & FLAG.resend ? ' again' : ''}`),
    },
  } as unknown as ObserverPorts;
  const operator = new Operator(ports, 'commander/0', stream);
  await settle();
  for (let n = 0; n < 5; n++) operator.send({ device: 0, n, intended: 0, values: {} });
  server.connack();
  await settle();
  /** The connection ends, and the next one leads to another server that says nothing yet. */
  const reconnected = async (): Promise<ScriptedServer> => {
    dialled.clientEnd.destroy();
    await settle();
    dialled = new ScriptedServer();
    comeBack();
    await settle();
    return dialled;
  };
  return { server, written, operator, reconnected };
}

it.each([
  [2, 2],
  [1000, 5],
])('towards a target that holds %i, %i of five are sent at once', async (limit, sent) => {
  const { written, operator } = await sentTo(limit);
  expect(written).toEqual([0, 1, 2, 3, 4].slice(0, sent).map((n) => `sent ${n}`));
  await operator.end();
});

it('sends the next for each that is answered, and accounts for what never left', async () => {
  const { server, written, operator } = await sentTo(2);
  const [first] = server.got.filter(({ cmd }) => cmd === 'publish');
  server.send({ cmd: 'pubrec', messageId: first?.messageId ?? 0 });
  server.send({ cmd: 'pubcomp', messageId: first?.messageId ?? 0 });
  await settle();
  expect(written).toEqual(['sent 0', 'sent 1', 'acked 0', 'sent 2']);
  await operator.end();
  expect(written.slice(4)).toEqual(['not-sent 3 still-buffered', 'not-sent 4 still-buffered']);
});

it('does not take a PUBACK for the answer to a QoS 2 message', async () => {
  const { server, written, operator } = await sentTo(2);
  const [first, second] = server.got.filter(({ cmd }) => cmd === 'publish');
  server.puback(first?.messageId ?? 0);
  server.send({ cmd: 'pubrec', messageId: second?.messageId ?? 0 });
  server.send({ cmd: 'pubcomp', messageId: second?.messageId ?? 0 });
  await settle();
  expect(written).toEqual([
    ...['sent 0', 'sent 1', 'abandoned 0 protocol: PUBACK for a QoS 2 publish', 'sent 2'],
    ...['acked 1', 'sent 3'],
  ]);
  await operator.end();
});

it('takes one for the answer to a QoS 1 message', async () => {
  const { server, written, operator } = await sentTo(2, 1);
  server.puback(server.got.find(({ cmd }) => cmd === 'publish')?.messageId ?? 0);
  await settle();
  expect(written).toContain('acked 0');
  await operator.end();
});

it('writes down each time what it sends again after a reconnect, marked as such', async () => {
  const { server: first, written, operator, reconnected } = await sentTo(1, 1);
  const [, publish = ''] = first.take();
  expect(publish).toMatch(/^publish \d+ q1 t=0$/);
  for (let time = 0; time < 2; time++) {
    const server = await reconnected();
    server.connack(true);
    await settle();
    expect(server.take()).toEqual(['connect', publish.replace('q1', 'q1 dup')]);
  }
  expect(written).toEqual(['sent 0', 'sent 0 again', 'sent 0 again']);
  await operator.end();
});

it('sends to a target that forgot its session as if for the first time', async () => {
  const { server: first, written, operator, reconnected } = await sentTo(1, 2);
  const [, publish = ''] = first.take();
  for (const isKept of [false, true]) {
    const server = await reconnected();
    server.connack(isKept);
    await settle();
    const again = isKept ? publish.replace('q2', 'q2 dup') : publish;
    expect(server.take()).toEqual(['connect', again]);
  }
  expect(written).toEqual(['sent 0', 'sent 0', 'sent 0 again']);
  await operator.end();
});

it('does not send a QoS 2 message again that is taken over, only its release', async () => {
  const { server, written, operator, reconnected } = await sentTo(1);
  const messageId = server.got.find(({ cmd }) => cmd === 'publish')?.messageId ?? 0;
  server.send({ cmd: 'pubrec', messageId });
  await settle();
  const next = await reconnected();
  next.connack(true);
  await settle();
  expect(next.take()).toEqual(['connect', `pubrel ${messageId}`]);
  expect(written).toEqual(['sent 0']);
  await operator.end();
});

it('does not take a PUBACK for the answer to a QoS 2 message that was sent again', async () => {
  const { written, operator, reconnected } = await sentTo(1);
  const server = await reconnected();
  server.connack(true);
  await settle();
  server.puback(server.got.find(({ cmd }) => cmd === 'publish')?.messageId ?? 0);
  await settle();
  expect(written).toContain('abandoned 0 protocol: PUBACK for a QoS 2 publish');
  await operator.end();
});

it('sends nothing new before all that is old is answered, and so loses nothing', async () => {
  const { written, operator, reconnected } = await sentTo(2, 1);
  const answer = async (server: ScriptedServer): Promise<boolean> => {
    const publish = server.got.splice(0).filter(({ cmd }) => cmd === 'publish');
    for (const { messageId = 0 } of publish) server.puback(messageId);
    await settle();
    return publish.length > 0;
  };
  const first = await reconnected();
  first.connack(true);
  await settle();
  await answer(first);
  expect(written.slice(2)).toEqual(['sent 0 again', 'acked 0', 'sent 1 again']);
  const second = await reconnected();
  second.connack(true);
  await settle();
  while (await answer(second));
  const acked = written.filter((line) => line.startsWith('acked'));
  expect(acked).toEqual([0, 1, 2, 3, 4].map((n) => `acked ${n}`));
  await operator.end();
  expect(written.filter((line) => line.startsWith('not-sent'))).toEqual([]);
});
