/** What stands still says and hears nothing, its timers wait, and all of it goes on in order. */
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Stillness } from './standing-still.ts';

const settled = async (): Promise<void> => {
  for (let n = 0; n < 10; n++) await turn();
};

function joined(still: Stillness) {
  const [client, end] = duplexPair() as [Duplex, Duplex];
  const own = still.around(end);
  const [heard, got]: [string[], string[]] = [[], []];
  own.on('data', (chunk: Buffer) => heard.push(String(chunk)));
  client.on('data', (chunk: Buffer) => got.push(String(chunk)));
  return { client, own, heard, got };
}

it('passes bytes both ways, and an end', async () => {
  const { client, own, heard, got } = joined(new Stillness());
  client.write('a');
  own.write('b');
  await settled();
  expect([heard, got]).toEqual([['a'], ['b']]);
  own.destroy();
  await settled();
  expect(client.destroyed || client.readableEnded).toBe(true);
});

it('holds all of it while it stands still, also its own end', async () => {
  const still = new Stillness();
  const { client, own, heard, got } = joined(still);
  still.set(true);
  client.write('a');
  own.write('b');
  client.write('c');
  await settled();
  expect([heard, got]).toEqual([[], []]);
  still.set(false);
  await settled();
  expect([heard.join(''), got.join('')]).toEqual(['ac', 'b']);
  still.set(true);
  own.destroy();
  await settled();
  expect(client.destroyed || client.readableEnded).toBe(false);
  still.set(false);
  await settled();
  expect(client.destroyed || client.readableEnded).toBe(true);
});

it('takes a connection when it goes on, and none that broke off before', async () => {
  const still = new Stillness();
  const [taken, heard]: [Duplex[], string[]] = [[], []];
  const come = (): [Duplex, Duplex] => {
    const [client, end] = duplexPair() as [Duplex, Duplex];
    still.take(end, (own) => {
      taken.push(own);
      own.on('data', (chunk: Buffer) => heard.push(String(chunk)));
    });
    return [client, end];
  };
  still.set(true);
  const [client] = come();
  const [, torn] = come();
  client.write('a');
  torn.destroy(new Error('reset'));
  await settled();
  expect(taken).toEqual([]);
  still.set(false);
  await settled();
  expect([taken.length, heard]).toEqual([1, ['a']]);
});

it('lets timers fire late, in the order in which they were due', () => {
  const due: (() => void)[] = [];
  const still = new Stillness();
  const clock = still.clock({
    now: () => 7,
    after: (_, action) => {
      due.push(action);
      return () => {};
    },
  });
  const fired: string[] = [];
  clock.after(1, () => fired.push('a'));
  clock.after(2, () => fired.push('b'));
  expect(clock.now()).toBe(7);
  still.set(true);
  for (const action of due) action();
  expect(fired).toEqual([]);
  still.set(false);
  expect(fired).toEqual(['a', 'b']);
});
