import { expect, test } from 'vitest';
import { CommitQueue } from './commit-queue.ts';

/** A store that writes down what happens, a clock that is moved by hand. */
function scene(fails: string | null = null) {
  const log: string[] = [];
  const time = { now: 0, writeMs: 0 };
  const timers: (() => void)[] = [];
  const step = (name: string) => () => {
    if (name === fails) throw new Error(`${name} failed`);
    time.now += time.writeMs;
    log.push(name);
  };
  const queue = new CommitQueue(
    { begin: step('begin'), commit: step('commit'), rollback: step('rollback') },
    {
      now: () => time.now,
      after: (_, action) => {
        timers.push(action);
        return () => {};
      },
    },
    (error) => log.push(`fatal: ${error.message}`),
  );
  const add = (name: string): void => queue.add(step(name), () => log.push(`${name} told`));
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { log, time, timers, queue, add, step, turn };
}

test('writes of one turn share a transaction, and are told after it', async () => {
  const { log, add, turn } = scene();
  add('a');
  add('b');
  expect(log).toEqual([]);
  await turn();
  expect(log).toEqual(['begin', 'a', 'b', 'commit', 'a told', 'b told']);
});

test('a full batch does not wait for the end of the turn', () => {
  const { log, add } = scene();
  for (let i = 0; i < 256; i++) add(`w${i}`);
  expect(log.filter((line) => line === 'commit')).toHaveLength(1);
  expect(log.at(-1)).toBe('w255 told');
});

test('what takes long is committed in small batches, and in large ones when it is quick', () => {
  const { log, time, queue, add } = scene();
  const batches = (writes: number): number => {
    log.length = 0;
    for (let i = 0; i < writes; i++) add('w');
    queue.flush();
    return log.filter((line) => line === 'commit').length;
  };
  expect(batches(1024)).toBe(4);
  time.writeMs = 1;
  batches(1024);
  // Twenty take 20 ms.
  expect(batches(200)).toBeGreaterThanOrEqual(9);
  expect(batches(200)).toBeLessThanOrEqual(12);
  time.writeMs = 50;
  batches(200);
  expect(batches(80)).toBe(10);
  time.writeMs = 0;
  batches(4096);
  expect(batches(1024)).toBe(4);
});

test('what nobody waits for rides along in order, or goes a moment later', async () => {
  const { log, timers, queue, add, step, turn } = scene();
  queue.defer(step('quiet'));
  add('a');
  await turn();
  expect(log).toEqual(['begin', 'quiet', 'a', 'commit', 'a told']);
  queue.defer(step('late'));
  queue.defer(step('later'));
  await turn();
  expect(log).toHaveLength(5);
  expect(timers.length).toBeLessThanOrEqual(2);
  for (const fire of timers) fire();
  expect(log.slice(5)).toEqual(['begin', 'late', 'later', 'commit']);
});

test('one timer is enough for all that nobody waits for, until it fires', () => {
  const { log, timers, queue, step } = scene();
  for (const name of ['a', 'b', 'c']) queue.defer(step(name));
  expect(timers).toHaveLength(1);
  timers[0]?.();
  expect(log).toEqual(['begin', 'a', 'b', 'c', 'commit']);
  queue.defer(step('d'));
  expect(timers).toHaveLength(2);
  queue.stop();
  queue.defer(step('e'));
  for (const fire of timers) fire();
  expect([timers.length, log.length]).toEqual([2, 5]);
});

test('what a write asks for joins its transaction, in order', async () => {
  const { log, queue, add, step, turn } = scene();
  queue.add(
    () => {
      step('question')();
      add('answer');
      queue.defer(step('note'));
      queue.flush();
    },
    () => log.push('question told'),
  );
  add('other');
  await turn();
  expect(log).toEqual([
    ...['begin', 'question', 'other', 'answer', 'note', 'commit'],
    ...['question told', 'other told', 'answer told'],
  ]);
});

test.each(['a', 'commit', 'begin'])('when %s fails nobody is told, ever again', async (fails) => {
  const { log, add, turn } = scene(fails);
  add('a');
  add('b');
  await turn();
  add('c');
  await turn();
  expect(log.filter((line) => line.endsWith('told'))).toEqual([]);
  expect(log.at(-1)).toBe(`fatal: ${fails} failed`);
});

test('a stopped queue writes nothing and calls nobody', async () => {
  const { log, queue, add, turn } = scene();
  add('a');
  queue.stop();
  add('b');
  await turn();
  queue.flush();
  expect(log).toEqual([]);
});

test('without room nothing is begun, and all of it goes on when there is', async () => {
  const { log, queue, add, timers, turn } = scene();
  queue.hinder({ commitMs: 0, writeMs: 0, isFull: true });
  add('a');
  await turn();
  expect([log, queue.hasRoom, queue.isArmed, queue.flush()]).toEqual([[], false, true, false]);
  // However often it is asked, one attempt waits.
  for (let k = 0; k < 5; k++) queue.flush();
  expect(timers).toHaveLength(1);
  queue.hinder({ commitMs: 0, writeMs: 0, isFull: false });
  timers.shift()?.();
  expect(log).toEqual(['begin', 'a', 'commit', 'a told']);
});

test('on a slow disk those behind wait, and are told in order', async () => {
  const { log, queue, add, timers, turn } = scene();
  queue.hinder({ commitMs: 100, writeMs: 0, isFull: false });
  add('a');
  await turn();
  add('b');
  await turn();
  // The second is not begun, and whoever comes now is behind somebody.
  expect([log, queue.isArmed]).toEqual([['begin', 'a', 'commit'], true]);
  timers.shift()?.();
  expect(log.at(-1)).toBe('a told');
  await turn();
  expect(log.slice(4)).toEqual(['begin', 'b', 'commit']);
  // What an operator asks does not wait, and is told behind the others.
  add('c');
  expect(queue.flush()).toBe(true);
  expect(log.slice(7)).toEqual(['begin', 'c', 'commit']);
  queue.hinder({ commitMs: 0, writeMs: 0, isFull: false });
  expect(log.slice(10)).toEqual(['b told', 'c told']);
});
