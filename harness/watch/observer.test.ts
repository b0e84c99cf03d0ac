/**
 * An observer that is not let in can say why: in the words of whoever kept it out. One that is in
 * writes down whatever comes by in its lanes, whichever way it goes.
 */
import { expect, it } from 'vitest';
import { FLAG, type Plan } from '#kernel';
import { CODE } from '../../kernel/testing/streams.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { Observer, type ObserverPorts } from './observer.ts';

const COMMANDS = {
  firstAt: 0,
  everyMs: 1000,
  qos: 1,
  devices: [{ device: 0, offsetMs: 0 }],
} as const;

function observed() {
  const server = new ScriptedServer();
  let dialled = server;
  let comeBack = (): void => {};
  const devices = [...COMMANDS.devices];
  const plan: Plan = testPlan({ devices: 1, readings: 4, commands: { ...COMMANDS, devices } });
  const written: { op: string; fields: Record<string, unknown> }[] = [];
  const measured: number[] = [];
  const ports = {
    plan,
    dialect: laneDialect('run', json),
    links: { direct: () => dialled.clientEnd, witness: () => dialled.clientEnd },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: {
      now: () => 0,
      after: (_: number, action: () => void) => {
        comeBack = action;
        return () => {};
      },
    },
    ledger: {
      write: (op: string, fields: Record<string, unknown>) => void written.push({ op, fields }),
    },
    roster: new Map(plan.devices.map(({ id }, index) => [id, index])),
    tally: { noteObserved: (_: number, stream: number) => void measured.push(stream) },
    now: () => 0,
  } as unknown as ObserverPorts;
  const observer = new Observer(ports, 'observer/0/0', [0]);
  observer.start();
  /** Comes back to a server that knows its session, or does not; which may grant what it asks. */
  const back = async (sessionPresent: boolean, isGranted: boolean): Promise<void> => {
    dialled.clientEnd.destroy();
    await settle();
    dialled = new ScriptedServer();
    comeBack();
    await settle();
    dialled.connack(sessionPresent);
    await settle();
    const { messageId = 0 } = dialled.got.find(({ cmd }) => cmd === 'subscribe') ?? {};
    if (isGranted) dialled.send({ cmd: 'suback', messageId, granted: [2] });
    await settle();
  };
  return { server, observer, plan, written, measured, back };
}

it.each([
  [
    'the connection',
    (server: ScriptedServer) => server.connack(false, 5),
    'Connection refused: Not authorized',
  ],
  [
    'the subscription',
    (server: ScriptedServer) => {
      server.connack();
      void settle().then(() => {
        const subscribe = server.got.find(({ cmd }) => cmd === 'subscribe');
        server.send({ cmd: 'suback', messageId: subscribe?.messageId ?? 0, granted: [128] });
      });
    },
    'it refuses the subscription to tw/run/0/#',
  ],
  [
    'everything',
    (server: ScriptedServer) => server.clientEnd.destroy(),
    'it closes the connection',
  ],
])('by a target that refuses %s', async (_, refuse, why) => {
  const { server, observer } = observed();
  await settle();
  refuse(server);
  await settle();
  await settle();
  expect(observer.trouble).toContain(why);
  await observer.end();
});

it('writes down what goes down as well, and does not count it as arrived', async () => {
  const { server, observer, plan, written, measured } = observed();
  await settle();
  server.connack();
  await settle();
  const device = plan.devices[0]?.id ?? '';
  const send = (stream: string, payload: string): void =>
    server.send({
      ...{ cmd: 'publish', topic: `tw/run/0/${device}/${stream}`, payload },
      ...{ qos: 1, messageId: 7, dup: true, retain: false },
    });
  send('command', '{"n":2,"e":0,"t":2000,"v":{}}');
  send('command', '{"n":9,"e":0,"t":9000,"v":{}}');
  send('command', '{"n":2,"e":0,"t":1,"v":{}}');
  send('telemetry', '{"n":2,"e":3,"t":2000,"v":{}}');
  await settle();
  expect(written.map(({ op, fields }) => [op, fields.stream, fields.n, fields.flags])).toEqual([
    ['observed', CODE.command, 2, 1 | FLAG.dup],
    ['observed', CODE.command, 9, 1 | FLAG.dup],
    ['garbled', CODE.command, 2, 1 | FLAG.dup],
    ['observed', CODE.telemetry, 2, 1 | FLAG.dup],
  ]);
  expect(measured).toEqual([CODE.telemetry]);
  await observer.end();
});

it('counts its session as kept only where no connection of the gap began without it', async () => {
  const { observer, written, back } = observed();
  await settle();
  await back(false, true);
  await back(true, true);
  await back(true, false);
  await back(false, false);
  await back(true, false);
  await back(true, true);
  await back(true, false);
  await back(true, true);
  const ups = written.filter(({ fields }) => fields.up === true);
  expect(ups.map(({ fields }) => fields.why)).toEqual([
    ...['new-session', 'session-present', 'new-session', 'session-present'],
  ]);
  await observer.end();
});

it('writes down each loss of a connection that it was let in by, subscribed or not', async () => {
  const { observer, written, back } = observed();
  await settle();
  await back(true, true);
  await back(true, false);
  await back(true, false);
  await back(true, true);
  const told = written.map(({ fields: { up, why } }) => [up, why]);
  expect(told).toEqual([
    ...[
      [true, 'session-present'],
      [false, 'closed'],
      [false, 'closed'],
      [false, 'closed'],
    ],
    [true, 'session-present'],
  ]);
  await observer.end();
});
