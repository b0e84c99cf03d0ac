/**
 * Whatever is cut off and whoever asks, passengers get what the server has, byte for byte, and the
 * relay loads it once but for what it had asked for when it was interrupted.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { survived } from '../../../kernel/testing/fuzz.ts';
import { NO_CATALOG } from '../../../kernel/testing/soundness.ts';
import requests from './requests.fuzz.ts';
import { BenchChild, type Images, RelayBench } from './testing/relay-bench.ts';

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8) * 7) % 251);
const IMAGES: Images = { '/a': bytesOf(20_000), '/a/delta': bytesOf(3001), '/b': bytesOf(4096) };
const PATHS = Object.keys(IMAGES);
const RANGE = 4096;

it.each(requests(NO_CATALOG))('$parser survives $about', (fuzz) => {
  expect(survived(fuzz, 5, 300)).toBe(300);
});

/** Until all have it; far longer than it takes. */
function finish(bench: RelayBench, children: readonly BenchChild[]): void {
  for (let k = 0; k < 2000 && children.some(({ isDone }) => !isDone); k++) {
    for (const child of children) child.ask();
    bench.pass(100);
  }
}

const sum = (bench: RelayBench, op: string, of: string, path?: string): number =>
  bench.told
    .filter((one) => one.op === op && (path === undefined || one.path === path))
    .reduce((all, one) => all + Number(one[of]), 0);

type Turn = readonly ['pass' | 'cut' | 'back' | 'break' | 'restart' | 'ask' | 'leave', number];
const turn: fc.Arbitrary<Turn> = fc.tuple(
  fc.constantFrom('pass', 'pass', 'cut', 'back', 'break', 'restart', 'ask', 'ask', 'leave'),
  fc.nat(1500),
);

function play(bench: RelayBench, children: readonly BenchChild[], turns: readonly Turn[]): number {
  let cuts = 0;
  for (const [what, by] of turns) {
    const child = children[by % children.length];
    if (what === 'pass') bench.pass(by);
    else if (what === 'ask') child?.ask();
    else if (what === 'leave') child?.leave();
    else if (what === 'back') bench.back();
    else {
      cuts++;
      if (what === 'cut') bench.cut();
      else if (what === 'break') bench.breakOff();
      else bench.restart();
    }
    // Lines do not outlive a restart.
    if (what === 'restart') for (const one of children) one.leave();
  }
  bench.back();
  finish(bench, children);
  return cuts;
}

it('gives everybody the whole of it, and loads it once', () => {
  const drawn = fc.record({
    paths: fc.array(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 8 }),
    turns: fc.array(turn, { maxLength: 40 }),
    range: fc.integer({ min: 300, max: 9000 }),
  });
  fc.assert(
    fc.property(drawn, ({ paths, turns, range }) => {
      const bench = new RelayBench(IMAGES);
      const children = paths.map((path, at) => new BenchChild(bench, at, path, range));
      const cuts = play(bench, children, turns);
      expect(children.map(({ loaded }) => loaded)).toEqual(paths.map((path) => IMAGES[path]));
      const asked = [...new Set(paths)];
      const size = asked.reduce((all, path) => all + (IMAGES[path]?.length ?? 0), 0);
      expect(bench.sent).toBeLessThanOrEqual(size + cuts * RANGE);
      bench.part.end?.();
      expect(sum(bench, 'relay/fetched', 'bytes')).toBe(bench.sent);
      const given = paths.reduce((all, path) => all + (IMAGES[path]?.length ?? 0), 0);
      expect(sum(bench, 'relay/served', 'bytes')).toBeGreaterThanOrEqual(given);
    }),
    { seed: 12, numRuns: 150 },
  );
});

it('gives everybody the whole of it also where its flash is too small', () => {
  const drawn = fc.tuple(
    fc.array(fc.constantFrom(...PATHS), { minLength: 1, maxLength: 6 }),
    fc.array(turn, { maxLength: 20 }),
    fc.constantFrom(1024, 5000, 21_000),
  );
  fc.assert(
    fc.property(drawn, ([paths, turns, cache]) => {
      const bench = new RelayBench(IMAGES, { cache });
      const children = paths.map((path, at) => new BenchChild(bench, at, path));
      play(bench, children, turns);
      expect(children.map(({ loaded }) => loaded)).toEqual(paths.map((path) => IMAGES[path]));
      let held = 0;
      for (const { what, size } of bench.told.filter(({ op }) => op === 'relay/room')) {
        held += Number(size) * (what === 'takes' ? 1 : what === 'evicts' ? -1 : 0);
        expect(held).toBeLessThanOrEqual(cache);
      }
    }),
    { seed: 12, numRuns: 60 },
  );
});

it('hands out what is there while there is no uplink, and sends away who asks for more', () => {
  const bench = new RelayBench(IMAGES);
  const [first, second] = [new BenchChild(bench, 1, '/a'), new BenchChild(bench, 2, '/a')];
  finish(bench, [first]);
  bench.cut();
  finish(bench, [second]);
  expect([second.isDone, second.sentAway, bench.sent]).toEqual([true, 0, 20_000]);
  const third = new BenchChild(bench, 3, '/b');
  third.ask();
  bench.pass(1000);
  expect([third.isDone, third.sentAway]).toEqual([false, 1]);
  bench.back();
  finish(bench, [third]);
  expect(third.isDone).toBe(true);
});

it('says itself what the server does not have, and goes on', () => {
  const bench = new RelayBench(IMAGES);
  const lost = new BenchChild(bench, 1, '/none');
  lost.ask();
  bench.pass(2000);
  expect(lost.refused).toEqual(['status 404']);
  const other = new BenchChild(bench, 2, '/b');
  finish(bench, [other]);
  expect(other.isDone).toBe(true);
});

it('shares a narrow line, so that nobody waits for long', () => {
  const bench = new RelayBench(IMAGES, { rate: 2000 });
  const children = [1, 2, 3, 4].map((passenger) => new BenchChild(bench, passenger, '/b'));
  for (const child of children) child.ask();
  bench.pass(3000);
  for (const { loaded } of children) expect(loaded.length).toBeGreaterThan(800);
  const begun = bench.wheel.now;
  finish(bench, children);
  // What they lacked at 2 kB/s, and the heads of the answers.
  expect(bench.wheel.now - begun).toBeGreaterThan(4000);
});
