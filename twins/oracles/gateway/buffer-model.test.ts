/** What was under way when a gateway lost its memory comes back, to its place and in one go. */
import { afterEach, expect, it, vi } from 'vitest';
import { BufferModel } from './buffer-model.ts';

const ROOM = { messages: 10_000, bytes: 1e6, drop: 'oldest', backlog: 1 } as const;
const LIKE_ALL = { child: 1, stream: 0, bytes: 10, priority: 0 };
const item = (n: number) => ({ ...LIKE_ALL, n, takenAt: n, seq: n });

/** So many went, and so many wait; then the power is lost. */
function fallen(out: number, waiting: number): BufferModel {
  const buffer = new BufferModel(ROOM);
  buffer.connected(true);
  for (let n = 0; n < out + waiting; n++) buffer.took(item(n));
  for (let n = 0; n < out; n++) buffer.passed(item(n));
  buffer.connected(false);
  return buffer;
}

afterEach(() => vi.restoreAllMocks());

it('goes before what came after it, in whatever order it is told', () => {
  const buffer = fallen(3, 2);
  for (const n of [2, 0, 1]) buffer.restored(item(n));
  expect([buffer.waiting, buffer.first?.n]).toEqual([5, 0]);
  buffer.connected(true);
  expect([0, 1, 2, 3, 4].flatMap((n) => buffer.passed(item(n)))).toEqual([]);
  const other = fallen(3, 2);
  for (const n of [2, 0]) other.restored(item(n));
  other.connected(true);
  expect(other.passed(item(2)).map(({ mistake }) => mistake)).toEqual(['overtook']);
});

it('costs a look at what waits, and not one for each', () => {
  const buffer = fallen(100, 100);
  let looks = 0;
  const put: Map<unknown, unknown>['set'] = Map.prototype.set;
  vi.spyOn(Map.prototype, 'set').mockImplementation(function (this: Map<unknown, unknown>, ...of) {
    looks++;
    return put.apply(this, of);
  });
  for (let n = 0; n < 100; n++) buffer.restored(item(n));
  const first = buffer.first?.n;
  vi.restoreAllMocks();
  expect(first).toBe(0);
  expect(looks).toBeLessThanOrEqual(300);
});
