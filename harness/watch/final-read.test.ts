/** Of presence a shard asks for its own lanes, and takes no more than its own devices. */
import { expect, it } from 'vitest';
import { readPresence } from './final-read.ts';
import type { ObserverPorts } from './observer.ts';
import type { Query } from './target-ports.ts';

const ROWS = [
  { device: 'd/0', lane: 1, online: true },
  { device: 'd/1', lane: 2, online: true },
  { device: 'd/2', lane: 3, online: false },
];

async function read(answers: (query: Query) => typeof ROWS) {
  const queries: Query[] = [];
  const written: unknown[] = [];
  const ports = {
    roster: new Map(ROWS.map(({ device }, index) => [device, index])),
    ledger: { write: (op: string, fields: object) => written.push({ op, ...fields }) },
  } as unknown as ObserverPorts;
  const get = async (query: Query) => {
    queries.push(query);
    return { status: 200, body: { rows: answers(query), next: null } };
  };
  await readPresence(ports, { get }, [1, 3], new Set([0, 2]));
  return { queries, written };
}

const OWN = [
  { op: 'presence', device: 0, online: true },
  { op: 'presence', device: 2, online: false },
  { op: 'final-read', complete: true, part: 'presence' },
];

it('asks for its own lanes alone', async () => {
  const { queries, written } = await read(({ lanes = '' }) =>
    ROWS.filter(({ lane }) => lanes.split(',').includes(String(lane))),
  );
  expect(queries).toEqual([{ lanes: '1,3', limit: '5000' }]);
  expect(written).toEqual(OWN);
});

it('takes its own out of the answer of a target that knows no lanes', async () => {
  expect((await read(() => ROWS)).written).toEqual(OWN);
});
