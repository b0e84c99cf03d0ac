/**
 * What a packet shows of the session that brought it is written down beside the message in it, and
 * a packet that shows nothing else is no stranger.
 */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { Observer, type ObserverPorts } from './observer.ts';

const OP = 'words/seen';

it('writes down frames of its own lanes', async () => {
  const server = new ScriptedServer();
  const plan: Plan = testPlan({ devices: 2, readings: 4 });
  const written: { op: string; fields: Record<string, unknown> }[] = [];
  const dialect = {
    ...laneDialect('run', json),
    frame: (topic: string) => {
      const device = topic.startsWith('birth/') ? topic.slice('birth/'.length) : 'things/0';
      return topic === 'none' ? null : { op: OP, device, about: 'things/1', fields: { seq: 3 } };
    },
  };
  const ports = {
    ...{ plan, dialect, now: () => 0 },
    links: { witness: () => server.clientEnd },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: { now: () => 0, after: () => () => {} },
    ledger: {
      write: (op: string, fields: object) => void written.push({ op, fields: { ...fields } }),
    },
    roster: new Map(plan.devices.map(({ id }, index) => [id, index])),
    tally: { noteObserved: () => {} },
  } as unknown as ObserverPorts;
  const observer = new Observer(ports, 'observer/0/0', [0]);
  observer.start();
  await settle();
  server.connack();
  const send = (topic: string, payload: string, retain = false): void =>
    server.send({ cmd: 'publish', topic, payload, qos: 0, dup: false, retain });
  send('birth/things/0', 'x');
  send('tw/run/0/things/0/telemetry', '{"n":0,"e":1,"t":0,"v":{}}');
  send('birth/nobody', 'x');
  send('none', 'x');
  await settle();
  await observer.end();
  expect(written.filter(({ op }) => op !== 'observer').map(({ op }) => op)).toEqual([
    ...[OP, OP, 'observed', 'foreign', 'foreign'],
  ]);
  expect(written.find(({ op }) => op === OP)?.fields).toEqual({ device: 0, about: 1, seq: 3 });
});
