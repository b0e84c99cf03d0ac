/** A thread is listened to until it has said all, and no longer than it may be silent. */
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchThread } from './watched-thread.ts';

const QUIET_MS = 5000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

interface Watch {
  heard: string[];
  /** Whether it ended in order. */
  end: Promise<boolean>;
  /** Whether it is still listened to, now that all has settled. */
  goesOn(): Promise<boolean>;
  /** Resolves when so much has been heard. */
  hears(count: number): Promise<void>;
}

/** A thread of this script, in which `tell` says something; 'all' is its last word. */
function watched(script: string): Watch {
  const tell = `import { parentPort } from 'node:worker_threads';
    const tell = (news) => parentPort.postMessage(news);`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(`${tell}\n${script}`)}`);
  const heard: string[] = [];
  const hear = (news: string): void => {
    if (news === 'strange') throw new Error('cannot hear that');
    heard.push(news);
  };
  const end = watchThread(url, null, QUIET_MS, { hear, isLast: (news) => news === 'all' });
  let over = false;
  const noteEnd = (): void => {
    over = true;
  };
  end.then(noteEnd, noteEnd);
  return {
    heard,
    end,
    goesOn: async () => {
      for (let count = 0; count < 20; count++) await turn();
      return !over;
    },
    hears: async (count) => {
      while (heard.length < count) await turn();
    },
  };
}

const LIVES_ON = 'setInterval(() => {}, 1000);';

describe('a thread', () => {
  it('that ends by itself has ended in order', async () => {
    const { heard, end } = watched(`tell('one'); tell('two');`);
    expect([await end, heard]).toEqual([true, ['one', 'two']]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that says nothing for so long is ended', async () => {
    const { end, goesOn } = watched(LIVES_ON);
    vi.advanceTimersByTime(QUIET_MS - 1);
    expect(await goesOn()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await goesOn()).toBe(false);
    expect(await end).toBe(false);
  });

  it('has its time anew with every word', async () => {
    const { end, goesOn, hears } = watched(`${LIVES_ON} setTimeout(tell, 20, 'one');`);
    vi.advanceTimersByTime(QUIET_MS - 1);
    await hears(1);
    vi.advanceTimersByTime(QUIET_MS - 1);
    expect(await goesOn()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await goesOn()).toBe(false);
    expect(await end).toBe(false);
  });

  it('that has said all has a second left, and no more for what it says then', async () => {
    const { end, goesOn, hears } = watched(`${LIVES_ON} tell('all'); tell('more');`);
    await hears(2);
    vi.advanceTimersByTime(999);
    expect(await goesOn()).toBe(true);
    vi.advanceTimersByTime(1);
    expect(await goesOn()).toBe(false);
    expect(await end).toBe(true);
  });

  it.each([
    ['says what cannot be heard', `tell('strange'); ${LIVES_ON}`, 'cannot hear that'],
    ['throws', `throw new Error('out of ink');`, 'out of ink'],
  ])('that %s is told', async (_, script, why) => {
    await expect(watched(script).end).rejects.toThrow(why);
    expect(vi.getTimerCount()).toBe(0);
  });
});
