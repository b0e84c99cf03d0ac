/**
 * A member of a group tells each end of its connection, whoever made it, once for each lane; and
 * why it has not joined yet.
 */
import { expect, it } from 'vitest';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import share from './share.ts';
import type { WorkflowPorts } from './workflow.ts';

/** One member, to whom the devices of two lanes belong, three to each. */
async function grouped() {
  const base = testPlan({ devices: 6, readings: 1 });
  const plan = { ...base, devices: base.devices.map((row, k) => ({ ...row, lane: k % 2 })) };
  const servers: ScriptedServer[] = [];
  let comeBack = (): void => {};
  const written: string[] = [];
  const direct = () => {
    const server = new ScriptedServer();
    servers.push(server);
    return server.clientEnd;
  };
  const ports = {
    ...{ plan, links: { direct }, run: 'r', shard: 0, session: 'share', lanes: new Set([0, 1]) },
    credentials: { clientId: () => 'c', userName: () => '', password: () => '' },
    clock: {
      now: () => 0,
      after: (_: number, action: () => void) => {
        comeBack = action;
        return () => {};
      },
    },
    dialect: { topicOf: ({ device }: { device: string }) => device },
    ledger: {
      write: (op: string, { device }: { device: number }) =>
        written.push(`${op} lane ${plan.devices[device]?.lane}`),
    },
  } as unknown as WorkflowPorts;
  const decided = { group: 'g', members: 1, of: 'telemetry', diesEveryMs: null };
  const group = share.start(ports, decided);
  /** The next connection, which is answered so. */
  const admitted = async (granted: number): Promise<void> => {
    if (servers.length === 0) await settle();
    else comeBack();
    await settle();
    const server = servers.at(-1);
    server?.connack();
    await settle();
    const asked = server?.got.find(({ cmd }) => cmd === 'subscribe');
    const codes = Array.from({ length: 6 }, () => granted);
    server?.send({ cmd: 'suback', messageId: asked?.messageId ?? 0, granted: codes });
    await settle();
  };
  const broken = async (): Promise<void> => {
    servers.at(-1)?.clientEnd.destroy();
    await settle();
  };
  return { group, written, admitted, broken };
}

it('tells each end of a connection, once for each lane', async () => {
  const { group, written, admitted, broken } = await grouped();
  await admitted(1);
  expect(written.splice(0).sort()).toEqual(['share/joined lane 0', 'share/joined lane 1']);
  await broken();
  await broken();
  expect(written.splice(0).sort()).toEqual(['share/died lane 0', 'share/died lane 1']);
  await group.end();
});

it('says why it has not joined, and nothing once it has', async () => {
  const { group, admitted } = await grouped();
  expect(group.trouble?.()).toBe('it does not answer');
  await admitted(0x80);
  expect(group.trouble?.()).toMatch(/it refuses the subscription to \$share\/r-g-0\//);
  await admitted(1);
  expect(group.trouble?.()).toBeNull();
  await group.end();
});
