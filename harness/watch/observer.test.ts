/** An observer that is not let in can say why: in the words of whoever kept it out. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import json from '../dialects/codecs/json.ts';
import { nativeDialect } from '../dialects/native.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { Observer, type ObserverPorts } from './observer.ts';

function observed() {
  const server = new ScriptedServer();
  const plan: Plan = testPlan({ devices: 1, readings: 1 });
  const ports = {
    plan,
    dialect: nativeDialect('run', json),
    links: { direct: () => server.clientEnd, witness: () => server.clientEnd },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: { now: () => 0, after: () => () => {} },
    ledger: { write: () => {} },
  } as unknown as ObserverPorts;
  const observer = new Observer(ports, 'observer/0/0', [0]);
  observer.start();
  return { server, observer };
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
