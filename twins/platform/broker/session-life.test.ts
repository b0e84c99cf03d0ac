/** What is stored of a SUBSCRIBE, however often Aedes hands it over. */
import { expect, test } from 'vitest';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { ClientInside } from './aedes-inside.ts';
import { SessionLife, type Subscription } from './session-life.ts';

const GATEWAY = { id: 'gateway', clean: false } as ClientInside;

/** A session life over a store that counts what it is asked. */
function life() {
  const stored: string[] = [];
  const asked: string[] = [];
  const options = {
    sessions: { subscribe: (_client: string, filter: string) => stored.push(filter) },
    commits: {
      run: async (action: () => void) => action(),
    } as unknown as CommitQueue,
    maySubscribe: (_client: ClientInside, filter: string) => asked.push(filter) > 0,
  };
  const sessions = new SessionLife(
    options as unknown as ConstructorParameters<typeof SessionLife>[0],
  );
  return { sessions, stored, asked };
}

const filtersOf = (count: number): Subscription[] =>
  Array.from({ length: count }, (_, at) => ({ topic: `children/${at}/#`, qos: 1 as const }));

test('hundreds of filters in one SUBSCRIBE are stored once, not once for each', async () => {
  const { sessions, stored, asked } = life();
  const filters = filtersOf(200);
  await Promise.all(filters.map(() => sessions.subscribe(GATEWAY, filters)));
  expect(stored).toEqual(filters.map(({ topic }) => topic));
  expect(asked).toHaveLength(200);
});

test('the next SUBSCRIBE is stored again, also one that asks for the same', async () => {
  const { sessions, stored } = life();
  await sessions.subscribe(GATEWAY, filtersOf(3));
  await sessions.subscribe(GATEWAY, filtersOf(3));
  expect(stored).toHaveLength(6);
});
