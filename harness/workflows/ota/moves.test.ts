/** Moves go one after the other, and again where nobody answered; none begins after the end. */
import { expect, it } from 'vitest';
import type { CampaignPlan } from '#kernel';
import type { WorkflowPorts } from '../workflow.ts';
import { Moves } from './moves.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Acts that may pause campaigns. */
const acts = (...campaigns: string[]) =>
  campaigns.map((pause) => ({ workflow: 'acts', session: 'a', resolved: { does: { pause } } }));

function bench(statuses: number[], begun?: Promise<void>, workflows: object[] = []) {
  const [fires, told, later]: [(() => void)[], string[], (() => void)[]] = [[], [], []];
  const ports = {
    shard: 0,
    plan: { workflows },
    wheel: {
      add: (_: number, { fire }: { fire: () => void }) => fires.push(fire),
      after: (_: number, action: () => void) => later.push(action),
    },
    ledger: {
      write: (op: string, { move = '', status }: { move?: string; status?: number }) =>
        told.push([op, move, status ?? ''].join(' ').trim()),
    },
    target: {
      port: () => ({ tell: async () => ({ status: statuses.shift() ?? 200, body: { at: 7 } }) }),
    },
  } as unknown as WorkflowPorts;
  const moves: CampaignPlan['moves'] = [
    { move: 'pause', at: 1000 },
    { move: 'abort', at: 2000 },
  ];
  return {
    fires,
    told,
    later,
    moves: new Moves(ports, { name: 'c', moves } as CampaignPlan, begun),
  };
}

it('asks again where nobody knows whether it was done, and does the next only then', async () => {
  const { fires, told, later, moves } = bench([0, 503, 500, 200]);
  for (const fire of fires) fire();
  for (let turns = 0; turns < 9; turns++) {
    await turn();
    for (const again of later.splice(0)) again();
  }
  await moves.end();
  expect(told).toEqual([
    'ota/told pause',
    'ota/took pause 0',
    'ota/told pause',
    'ota/took pause 503',
    'ota/told pause',
    'ota/took pause 500',
    'ota/told pause',
    'ota/took pause 200',
    'ota/told abort',
    'ota/took abort 200',
  ]);
});

it('takes a refusal for an answer, and begins nothing once it is over', async () => {
  const { fires, told, moves } = bench([409]);
  fires[0]?.();
  await turn();
  await turn();
  moves.stop();
  fires[1]?.();
  await moves.end();
  expect(told).toEqual(['ota/told pause', 'ota/took pause 409']);
});

it('does nothing to a campaign before that has begun', async () => {
  const begun = Promise.withResolvers<void>();
  const { fires, told, moves } = bench([200], begun.promise);
  fires[0]?.();
  await turn();
  expect(told).toEqual([]);
  begun.resolve();
  await moves.end();
  expect(told).toEqual(['ota/told pause', 'ota/took pause 200']);
});

it('tells what is listed and was not answered, and where it matters that it was read', async () => {
  const { fires, told, moves } = bench([200, 409], undefined, acts('other'));
  for (const fire of fires) fire();
  await moves.end();
  told.length = 0;
  const [pause, abort] = [
    { move: 'pause', at: 7 },
    { move: 'abort', at: 7 },
  ];
  moves.read([pause, { ...pause, at: 8.6 }, abort, { move: 'stop', at: 9 }, null]);
  expect(told.splice(0)).toEqual(['moved pause', 'moved abort']);
  for (const listed of [undefined, null, 'pause', {}]) moves.read(listed);
  expect(told).toEqual([]);
  const held = bench([], undefined, acts('other', 'c'));
  held.moves.read(undefined);
  expect(held.told).toEqual([]);
  held.moves.read([]);
  expect(held.told).toEqual(['moves-read']);
});
