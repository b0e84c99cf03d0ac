/** A run's waiting ends by its clock or by a cut, whichever comes first, and leaves no timer. */
import { setImmediate as turn } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { Waiting } from './waiting.ts';

let clock: ManualClock;
let waiting: Waiting;
let ended: string[];
beforeEach(() => {
  clock = new ManualClock();
  waiting = new Waiting(clock);
  ended = [];
});

const note = (name: string, task: Promise<void>): void =>
  void task.then(() => void ended.push(name));

it('ends when the clock shows the time', async () => {
  note('until', waiting.until(100));
  clock.advance(99);
  await turn();
  expect(ended).toEqual([]);
  clock.advance(1);
  await turn();
  expect([ended, waiting.isCut]).toEqual([['until'], false]);
});

it('ends when it is cut, and stays cut until it is renewed', async () => {
  note('until', waiting.until(100));
  note('task', waiting.orUntil(new Promise(() => {})));
  waiting.cut();
  note('next', waiting.until(200));
  await turn();
  expect(ended.sort()).toEqual(['next', 'task', 'until']);
  expect(clock.pending).toBe(0);
  waiting.renew();
  note('renewed', waiting.until(300));
  await turn();
  expect(ended).not.toContain('renewed');
});

it('ends with the task', async () => {
  note('task', waiting.orUntil(Promise.resolve()));
  await turn();
  expect(ended).toEqual(['task']);
});

it('fails as the task does', async () => {
  await expect(waiting.orUntil(Promise.reject(new Error('the disk is full')))).rejects.toThrow(
    'the disk is full',
  );
});

it('cannot be renewed once it is over', async () => {
  waiting.end();
  waiting.renew();
  note('until', waiting.until(100));
  await turn();
  expect([ended, clock.pending]).toEqual([['until'], 0]);
});
