/** The ways back of a run: whatever one of them does, the others are taken all the same. */
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { type TakeBack, type UndoFailure, UndoStack } from './undo.ts';

let clock: ManualClock;
let told: UndoFailure[];
let ran: string[];
let stack: UndoStack;
beforeEach(() => {
  clock = new ManualClock();
  told = [];
  ran = [];
  stack = new UndoStack(clock, (failure) => told.push(failure));
});

/** Lets time pass until it has ended. */
async function ended<T>(task: Promise<T>): Promise<T> {
  let over = false;
  void task.finally(() => {
    over = true;
  });
  for (await turn(); !over; await turn()) clock.advance(100);
  return task;
}

const never = (): Promise<void> => new Promise(() => {});

type Manner = 'returns' | 'resolves' | 'takes time' | 'throws' | 'rejects' | 'hangs';
const MANNERS: Manner[] = ['returns', 'resolves', 'takes time', 'throws', 'rejects', 'hangs'];
const BAD: ReadonlySet<Manner> = new Set(['throws', 'rejects', 'hangs']);

function behaving(manner: Manner): TakeBack {
  switch (manner) {
    case 'returns':
      return () => {};
    case 'resolves':
      return async () => {};
    case 'takes time':
      return () => new Promise((resolve) => void clock.after(500, resolve));
    case 'throws':
      return () => {
        throw new Error('thrown');
      };
    case 'rejects':
      return () => Promise.reject(new Error('rejected'));
    case 'hangs':
      return never;
  }
}

describe('the ways back', () => {
  it('are not skipped because one of them throws', async () => {
    for (const name of ['first', 'second', 'third']) {
      stack.register(name, () => {
        ran.push(name);
        if (name === 'third') throw new Error('no answer');
      });
    }
    expect(await stack.unwind()).toEqual([{ name: 'third', why: 'no answer' }]);
    expect(ran).toEqual(['third', 'second', 'first']);
    expect(told).toEqual([{ name: 'third', why: 'no answer' }]);
  });

  it('are not held up by one that hangs', async () => {
    stack.register('first', () => void ran.push('first'));
    stack.register('second', never, 2000);
    const failures = await ended(stack.unwind());
    expect(failures).toEqual([{ name: 'second', why: 'not done within 2s' }]);
    expect([ran, clock.now()]).toEqual([['first'], 2000]);
  });

  it('have ten seconds each where nobody says otherwise', async () => {
    stack.register('only', never);
    expect(await ended(stack.unwind())).toEqual([{ name: 'only', why: 'not done within 10s' }]);
    expect(clock.now()).toBe(10_000);
  });

  it('tell what they were thrown, also where that is no error', async () => {
    const rejects = async (): Promise<void> => {
      await Promise.reject('the door is stuck');
    };
    stack.register('first', rejects);
    expect(await stack.unwind()).toEqual([{ name: 'first', why: 'the door is stuck' }]);
  });

  it('close what was opened, and nothing where the opening failed', async () => {
    const door = stack.hold(
      'a door',
      () => 'open',
      (held) => void ran.push(`closes what is ${held}`),
    );
    const jams = (): string => {
      throw new Error('it jams');
    };
    expect(() => stack.hold('a window', jams, (held) => void ran.push(held))).toThrow('it jams');
    expect(await stack.unwind()).toEqual([]);
    expect([door, ran]).toEqual(['open', ['closes what is open']]);
  });

  it('run once each, newest first, within their time, whatever the others do', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...MANNERS), fc.integer({ min: 6, max: 50 })), {
          maxLength: 12,
        }),
        async (steps) => {
          [clock, told, ran] = [new ManualClock(), [], []];
          stack = new UndoStack(clock, (failure) => told.push(failure));
          steps.forEach(([manner, bound], index) => {
            const takeBack = behaving(manner);
            const run: TakeBack = () => {
              ran.push(String(index));
              return takeBack();
            };
            stack.register(String(index), run, bound * 100);
          });
          const failures = await ended(stack.unwind());
          const names = steps.map((_, index) => String(index)).reverse();
          expect(ran).toEqual(names);
          const bad = names.filter((name) => BAD.has(steps[Number(name)]?.[0] ?? 'returns'));
          expect(failures.map(({ name }) => name)).toEqual(bad);
          expect(told).toEqual(failures);
          const most = steps.reduce(
            (sum, [manner, bound]) =>
              sum + (manner === 'hangs' ? bound * 100 : manner === 'takes time' ? 500 : 0),
            0,
          );
          expect(clock.now()).toBe(most);
          expect(clock.pending).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('are taken once, however often that is asked for', async () => {
    stack.register('only', () => void ran.push('only'));
    expect(await Promise.all([stack.unwind(), stack.unwind()])).toEqual([[], []]);
    expect(ran).toEqual(['only']);
  });

  it('let no step begin any more', async () => {
    await stack.unwind();
    expect(() => stack.register('late', () => {})).toThrow(/on its way out/);
  });

  it('go on although nobody can be told', async () => {
    stack = new UndoStack(clock, () => {
      throw new Error('nobody listens');
    });
    stack.register('first', () => void ran.push('first'));
    stack.register('second', behaving('throws'));
    expect(await stack.unwind()).toEqual([{ name: 'second', why: 'thrown' }]);
    expect(ran).toEqual(['first']);
  });
});
