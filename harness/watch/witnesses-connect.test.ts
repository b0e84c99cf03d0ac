/**
 * How our own witnesses introduce themselves: without a name where they have none, with a
 * keep-alive, and never with a packet that is larger than the target takes.
 */
import type { IConnectPacket } from 'mqtt-packet';
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { PacingWheel } from '../fleet/pacing.ts';
import type { LedgerWriter } from '../record/ledger-writer.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { MqttSession } from '../wire/mqtt-session.ts';
import { probesOf } from './probes.ts';

const accounts = (user: string, password: string) => ({
  clientId: (name: string) => name,
  userName: () => user,
  password: () => password,
});
const NOBODY = accounts('', '');
const SOMEBODY = accounts('u', 'p');
const clock = { now: () => 0, after: () => () => {} };

/** A server that a probe dials, and the wheel that makes it ask. */
function probed(plan: Plan, credentials: typeof NOBODY) {
  const server = new ScriptedServer();
  let turn = (): void => {};
  const timers = {
    now: () => 1000,
    after: (_: number, action: () => void) => {
      turn = action;
      return () => {};
    },
  };
  const probe = probesOf(plan, 'run', {
    wheel: new PacingWheel(timers, 10),
    ledger: { write: () => {} } as unknown as LedgerWriter,
    clock,
    links: { probe: () => server.clientEnd, direct: () => server.clientEnd },
    credentials,
  }).get(0);
  probe?.start();
  return { server, probe, turn: () => turn() };
}

const withCohort = (plan: Plan): Plan => ({
  ...plan,
  cohorts: [{ id: 'cohort-0', devices: 1, profile: null, faults: [] }],
});

const connectOf = ({ got }: ScriptedServer): IConnectPacket => got[0] as IConnectPacket;

it('a session of ours gives no name where there is none, and its name where there is', async () => {
  for (const [credentials, username, password] of [
    [NOBODY, undefined, undefined],
    [SOMEBODY, 'u', Buffer.from('p')],
  ] as const) {
    const server = new ScriptedServer();
    const links = { direct: () => server.clientEnd };
    const ports = { plan: { target: {} }, links, credentials, clock };
    const session = new MqttSession(ports, 'observer/0/0', {});
    await settle();
    const { username: given, password: secret } = connectOf(server);
    expect([given, secret]).toEqual([username, password]);
    await session.end();
  }
});

it('so does a probe, which also keeps its connection alive', async () => {
  const { server, probe } = probed(withCohort(testPlan({ devices: 1, readings: 1 })), NOBODY);
  await settle();
  const { username, password, keepalive } = connectOf(server);
  expect([username, password]).toEqual([undefined, undefined]);
  expect(keepalive).toBeGreaterThan(0);
  probe?.end();
});

it.each([
  [268_435_455, 8192],
  [4096, 3996],
])(
  'a probe towards a target that takes %i bytes sends %i to measure a rate',
  async (most, bytes) => {
    const plan = withCohort(testPlan({ devices: 1, readings: 1 }));
    plan.target.guarantees.packetBytes = most;
    const { server, probe, turn } = probed(plan, SOMEBODY);
    server.connack();
    await settle();
    probe?.measureRate(true);
    turn();
    await settle();
    const publish = server.got.find((packet) => packet.cmd === 'publish');
    expect(publish?.cmd === 'publish' && publish.payload.length).toBe(bytes);
    probe?.end();
  },
);
