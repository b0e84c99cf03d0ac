/** What proves a death of the target, what disproves it, and what is too little for either. */
import { describe, expect, it } from 'vitest';
import { PAST_EVERY_PROXY } from '#kernel';
import { TimelineBuilder } from '#oracles';
import { healthy } from '../../testing/story.ts';
import { EvidenceBook } from '../evidence.ts';
import { aliveIn, isInside, judgeDeaths } from './deaths.ts';

const S = 1_000_000;

describe('who is served while the target is gone', () => {
  const GONE = { from: 10 * S, to: 20 * S, refused: 3, forGood: false };
  const TIMES = [10, 10.499999, 10.5, 19.5, 19.500001, 20].map((s) => s * S);

  it('disproves it half a second within, or until the end of time where it was for good', () => {
    const inside = (forGood: boolean) => TIMES.map((t) => isInside({ ...GONE, forGood }, t));
    expect(inside(false)).toEqual([false, false, true, true, false, false]);
    expect(inside(true)).toEqual([false, false, true, true, true, true]);
  });
});

describe('a probe past every proxy', () => {
  type Saw = readonly [text: string, seconds: number];

  /** What it saw, in seconds; how many deaths that proves, and what was decided and doubted. */
  function judged(saw: readonly Saw[], figures = {}, over = {}): [number, number, number] {
    const sightings = saw.map(([text, seconds]) => ({ text, t: seconds * S, b: 0 }));
    const probes = new Map([[PAST_EVERY_PROXY, sightings]]);
    const timeline = { ...new TimelineBuilder(healthy().plan).finish(), isWhole: true, probes };
    const book = new EvidenceBook();
    const deaths = judgeDeaths({ ...timeline, ...over }, { fleet: 4, ...figures }, book);
    const { obligations, decided, findingCount } = book.close();
    expect(findingCount).toBe(deaths.length);
    return [deaths.length, decided, obligations - decided];
  }

  const ALIVE: Saw = ['pong', 1];
  const back: Saw = ['pong', 30];

  it('that was never answered tells nothing, and one answer is enough to tell', () => {
    expect(judged([])).toEqual([0, 0, 0]);
    expect(judged([['silent', 1]])).toEqual([0, 0, 0]);
    expect(judged([ALIVE])).toEqual([0, 1, 0]);
  });

  it('proves by silence what is long, leaves open what may be, and lets pass what is short', () => {
    const silence = (until: number): Saw[] => [ALIVE, ['silent', 10], ['silent', until]];
    expect(judged(silence(15))).toEqual([1, 1, 0]);
    expect(judged(silence(14.9))).toEqual([0, 0, 1]);
    expect(judged(silence(11))).toEqual([0, 0, 1]);
    expect(judged(silence(10.9))).toEqual([0, 1, 0]);
    expect(judged([ALIVE, ['silent', 10], ['pong', 15]])).toEqual([1, 1, 0]);
    expect(judged([ALIVE, ['silent', 10], ['pong', 14.9]])).toEqual([0, 1, 0]);
  });

  it('counts no silence while we stood still ourselves', () => {
    const stall = { from: 12 * S, to: 13 * S, process: 'runner', outside: false };
    const saw: Saw[] = [ALIVE, ['silent', 10], ['pong', 15.9]];
    expect(judged(saw)).toEqual([1, 1, 0]);
    expect(judged(saw, {}, { stalls: [stall] })).toEqual([0, 1, 0]);
    const apart = { ...stall, from: 40 * S, to: 50 * S };
    expect(judged(saw, {}, { stalls: [apart] })).toEqual([1, 1, 0]);
  });

  it('proves by refusals that last a second, or are more than one for good', () => {
    const refusals = (...times: number[]): Saw[] => times.map((t) => ['refused', t]);
    expect(judged([ALIVE, ...refusals(10), ['pong', 11]])).toEqual([1, 1, 0]);
    expect(judged([ALIVE, ...refusals(10, 10.5), ['pong', 10.9]])).toEqual([0, 1, 0]);
    expect(judged([ALIVE, ...refusals(10), ['silent', 10.2]])).toEqual([0, 0, 1]);
    expect(judged([ALIVE, ...refusals(10, 10.2)])).toEqual([1, 1, 0]);
  });

  it('proves nothing where somebody was served, or our own ledger is not whole', () => {
    const saw: Saw[] = [ALIVE, ['refused', 10], ['refused', 12], back];
    expect(judged(saw)).toEqual([1, 1, 0]);
    expect(judged(saw, { [aliveIn(0)]: 1 })).toEqual([0, 1, 0]);
    expect(judged(saw, { [aliveIn(1)]: 1 })).toEqual([1, 1, 0]);
    expect(judged(saw, {}, { isWhole: false })).toEqual([0, 0, 1]);
  });
});
