/** A list ends where the target says so; what cannot be had is written down with its reason. */
import { expect, it } from 'vitest';
import type { Plan } from '#kernel';
import { readList } from './read-list.ts';
import type { Answer, Query } from './target-ports.ts';

const ASKS_MAX = 10;

async function read(answer: (query: Query) => Answer, port = 'echo') {
  const written: unknown[] = [];
  const rows: unknown[] = [];
  let asks = 0;
  const get = async (query: Query) => {
    if (++asks > ASKS_MAX) throw new Error('it was asked for ever');
    return answer(query);
  };
  const ports = {
    plan: { target: { offers: ['echo', 'telemetry'] } } as unknown as Plan,
    ledger: { write: (...entry: unknown[]) => written.push(entry) },
    target: { port: () => ({ get }) },
  };
  const whole = await readList(ports, port, {}, (page) => rows.push(...page));
  return { whole, rows, written };
}

const page = (rows: unknown, next: unknown): Answer => ({ status: 200, body: { rows, next } });

it('is read to its end', async () => {
  const answer = ({ cursor }: Query) => (cursor === '2' ? page([3], null) : page([1, 2], '2'));
  expect(await read(answer)).toEqual({ whole: true, rows: [1, 2, 3], written: [] });
});

it('may lie below a port, and is called by both where it cannot be had', async () => {
  const asked: unknown[] = [];
  const written: unknown[] = [];
  const ports = {
    plan: { target: { offers: ['echo'] } } as unknown as Plan,
    ledger: { write: (...entry: unknown[]) => written.push(entry) },
    target: {
      port: () => ({
        get: async ({ cursor }: Query, path?: string) => {
          asked.push(path);
          return cursor === undefined ? page([1], '1') : { status: 500, body: null };
        },
      }),
    },
  };
  expect(await readList(ports, 'echo', {}, () => {}, 'voices')).toBe(false);
  expect(asked).toEqual(['voices', 'voices']);
  expect(written).toMatchObject([['unread', { port: 'echo/voices' }]]);
});

it.each([
  ['an answer without next', page([1], undefined), /list of echo: next is missing/],
  ['a next that is no cursor', page([1], 7), /list of echo: next must be a cursor or null, not 7/],
  ['an answer without rows', page(undefined, null), /list of echo: rows is missing/],
  ['an answer that is no map', { status: 200, body: null }, /list of echo: rows is missing/],
  ['a list that goes round', page([1], '2'), /list of echo goes round: 2 is the page after itself/],
])('refuses %s', async (_, answer, message) => {
  await expect(read(() => answer)).rejects.toMatchObject({
    code: 'plug-in',
    message: expect.stringMatching(message),
    remedy: expect.stringMatching(/next is the cursor/),
  });
});

it.each<[string, Answer, string]>([
  ['breaks', { status: 500, body: { error: 'out of ink' } }, 'status 500 (out of ink)'],
  ['is not there', { status: 404, body: null }, 'status 404'],
  ['never came', { status: 0, body: null }, 'the target did not answer'],
])('says why it has no list when the page %s', async (_, answer, why) => {
  const told = { port: 'echo', why: expect.stringContaining(why) };
  expect(await read(() => answer)).toEqual({ whole: false, rows: [], written: [['unread', told]] });
});

it('takes a port that is nearly named for misspelled, and another for not offered', async () => {
  const answer = () => page([], null);
  await expect(read(answer, 'ehco')).rejects.toMatchObject({
    message: "there is no port 'ehco' of the target",
    remedy: "did you mean 'echo'?",
  });
  const { whole, written } = await read(answer, 'campaigns');
  const why = 'the target does not offer it';
  expect([whole, written]).toEqual([false, [['unread', { port: 'campaigns', why }]]]);
});
