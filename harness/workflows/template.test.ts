/** Stages come one after the other; those that still wait when the run is over are never begun. */
import { expect, it } from 'vitest';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import template from './template.ts';
import type { WorkflowPorts } from './workflow.ts';

it('begins no stage after it was told to stop', async () => {
  const asked: number[] = [];
  const fires: (() => void)[] = [];
  let answer: (said: object) => void = () => {};
  const slow = new Promise<object>((done) => {
    answer = done;
  });
  const ports = {
    shard: 0,
    plan: testPlan({ devices: 1, readings: 2 }),
    wheel: { add: (_: number, { fire }: { fire: () => void }) => fires.push(fire) },
    ledger: {
      write: (op: string, { change }: { change: number }) => {
        if (op === 'template/asked') asked.push(change);
      },
    },
    target: { port: () => ({ tell: () => slow }) },
  };
  const stages = [1000, 2000, 3000].map((at) => ({ at, permille: 1000, patch: {} }));
  const resolved = { name: 'eco', of: '', stages };
  const workflow = template.start(ports as unknown as WorkflowPorts, resolved);
  for (const fire of fires) fire();
  await Promise.resolve();
  expect(asked).toEqual([0]);
  workflow.stop();
  answer({ status: 200, body: { version: 1 } });
  await workflow.end();
  expect(asked).toEqual([0]);
});
