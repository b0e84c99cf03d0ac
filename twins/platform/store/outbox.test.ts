/** What goes out goes in order, until it is taken, under one key, and over a death. */
import { expect, it } from 'vitest';
import type { OutwardCall } from '../outward.ts';
import { CommitQueue } from './commit-queue.ts';
import { Outbox, type OutboxSeams, outboxSchema } from './outbox.ts';
import { openStore } from './store.ts';

const NAME = 'letters';
const TO = { url: 'http://there/x', token: 't' };

interface Due {
  at: number;
  action: () => void;
}

/** A platform's life with one; `store` outlives it. */
function world(answers: (call: OutwardCall) => number) {
  const store = openStore(':memory:');
  store.create(outboxSchema(NAME));
  const calls: OutwardCall[] = [];
  const times: number[] = [];
  let now = 0;
  let due: Due[] = [];
  const clock = {
    now: () => now,
    after: (ms: number, action: () => void) => {
      const one = { at: now + ms, action };
      due.push(one);
      return () => {
        due = due.filter((other) => other !== one);
      };
    },
  };
  const call = async (one: OutwardCall): Promise<number> => {
    calls.push(one);
    times.push(now);
    return answers(one);
  };
  const settle = async (): Promise<void> => {
    for (let k = 0; k < 20; k++) await new Promise(setImmediate);
  };
  /** Until that time; what is due then happens in its turn. */
  const until = async (ms: number): Promise<void> => {
    for (;;) {
      await settle();
      const [next] = due.filter(({ at }) => at <= ms).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      due = due.filter((one) => one !== next);
      now = Math.max(now, next.at);
      next.action();
    }
    now = ms;
  };
  const live = (seams: OutboxSeams = {}) => {
    const commits = new CommitQueue(store, clock, (error) => {
      throw error;
    });
    const outbox = new Outbox({ sql: store, commits, clock, call }, NAME, seams);
    const send = (body: object, more: object = {}): void =>
      commits.add(
        () => outbox.send({ ...TO, body, ...more }),
        () => {},
      );
    return { outbox, send, die: () => commits.stop() };
  };
  return { calls, times, until, live };
}

const bodies = (calls: readonly OutwardCall[]) =>
  calls.map(({ body }) => JSON.parse(body) as { key: string; k: number });

it('sends one after the other, each with a key of its own', async () => {
  const { calls, live, until } = world(() => 204);
  const { send, outbox } = live();
  for (let k = 0; k < 3; k++) send({ k });
  send({ k: 3 }, { key: 'mine' });
  await until(10);
  expect(bodies(calls).map(({ k }) => k)).toEqual([0, 1, 2, 3]);
  expect(new Set(calls.map(({ key }) => key)).size).toBe(4);
  expect(calls.at(-1)).toMatchObject({ ...TO, key: 'mine' });
  expect(bodies(calls).map(({ key }) => key)).toEqual(calls.map(({ key }) => key));
  expect(outbox.taken).toBe(4);
});

it('sends again under the same key, later and later, and the next only then', async () => {
  const { calls, times, live, until } = world(() => (times.length < 6 ? 503 : 200));
  const { send } = live();
  send({ k: 0 });
  send({ k: 1 });
  await until(60_000);
  expect(bodies(calls).map(({ k }) => k)).toEqual([0, 0, 0, 0, 0, 0, 1]);
  expect(new Set(calls.slice(0, 6).map(({ key }) => key)).size).toBe(1);
  expect(times).toEqual([0, 500, 1500, 3500, 7500, 12_500, 12_500]);
});

it.each([
  [0, 60],
  [503, 60],
  [429, 60],
  [404, 1],
  [204, 1],
])('answered %i, it is sent %i times', async (status, times) => {
  const { calls, live, until } = world(({ body }) => (body.includes('"k":0') ? status : 204));
  const { send } = live();
  send({ k: 0 });
  send({ k: 1 });
  await until(600_000);
  expect(bodies(calls).filter(({ k }) => k === 0).length).toBe(times);
  expect(bodies(calls).at(-1)?.k).toBe(1);
});

it('goes on in another life, and never takes a number twice', async () => {
  let status = 204;
  const { calls, live, until } = world(() => status);
  const first = live();
  first.send({ k: 0 });
  await until(10);
  status = 0;
  first.send({ k: 1 });
  await until(20);
  first.die();
  status = 204;
  const second = live();
  second.outbox.ready();
  await until(20_000);
  second.send({ k: 2 });
  await until(30_000);
  expect(bodies(calls).map(({ k }) => k)).toEqual([0, 1, 1, 2]);
  const [a, b, c, d] = calls.map(({ key }) => key);
  expect(b).toBe(c);
  expect(new Set([a, b, d]).size).toBe(3);
});

it('does to what it is given as a bug would have it', async () => {
  const { calls, live, until } = world(() => 503);
  const again = live({ keyAgain: (key, tries) => `${key}/${tries}` });
  again.send({ k: 0 }, { key: 'a' });
  await until(600);
  expect(calls.map(({ key }) => key)).toEqual(['a', 'a/1']);
  again.die();
  const forgets = live({ forgetAtStart: () => true });
  forgets.outbox.ready();
  await until(60_000);
  expect(calls.length).toBe(2);
  const once = live({ giveUp: () => true });
  once.send({ k: 1 });
  await until(120_000);
  expect(calls.length).toBe(3);
});
