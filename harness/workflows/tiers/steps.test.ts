/** What cannot be of tiers is told with its place and a way out. */
import { expect, it } from 'vitest';
import { latenessOf, reworded, stepsOf } from './steps.ts';

const S = 1000;
const steps = (...all: [every: number, keep?: number][]) =>
  stepsOf(all.map(([every, keep]) => ({ every, ...(keep === undefined ? {} : { keep }) })));

it('takes widths that are multiples, the last for good', () => {
  expect(steps([5 * S, 60 * S], [30 * S])).toEqual({
    steps: [
      { everyMs: 5 * S, keepMs: 60 * S },
      { everyMs: 30 * S, keepMs: null },
    ],
    problems: [],
  });
});

it('tells the nearest that can be', () => {
  const told = ({ problems }: ReturnType<typeof stepsOf>) =>
    problems.map(({ path, hint }) => `${path}: ${hint}`);
  expect(told(steps([5 * S, S], [12 * S]))).toEqual(['steps[1].every: write 10s']);
  expect(told(steps([5 * S, S], [4 * S]))).toEqual(['steps[1].every: write 10s']);
  expect(told(steps([5 * S], [10 * S]))).toEqual(['steps[0].keep: write for how long, such as 1m']);
  expect(told(steps([5 * S, S]))).toEqual([
    'steps[0].keep: leave it out, or add a wider step that is kept for good',
  ]);
});

it('has no reading wait for a window that is gone', () => {
  const own = steps([5 * S, 40 * S], [10 * S, 90 * S], [60 * S]).steps;
  expect(latenessOf(undefined, own)).toEqual({ latenessMs: 40 * S, problems: [] });
  expect(latenessOf(undefined, steps([5 * S]).steps).latenessMs).toBe(60 * S);
  expect(latenessOf(40 * S, own).problems).toEqual([]);
  expect(latenessOf(41 * S, own).problems).toMatchObject([
    { path: 'lateness', hint: 'write 40s or less, or keep windows for longer' },
  ]);
});

it('refuses devices that do not say what they measure', () => {
  const context = {
    devices: [
      { id: 'gates/1', entry: 0 },
      { id: 'children/1', entry: 1, via: 0 },
      { id: 'deltas/1', entry: 2 },
      { id: 'plain/1', entry: 3 },
    ],
    entries: [{ id: 'gates' }, { id: 'children' }, { id: 'deltas' }, { id: 'plain' }],
    signals: [['a'], ['a'], [], ['a']],
    partParams: [{ gateway: { bus: { modbus: {} } } }, {}, {}, {}],
  };
  const told = (of: string) => reworded(of, context as never).map(({ message }) => message);
  expect(told('plain')).toEqual([]);
  expect(told('')).toMatchObject([
    expect.stringContaining('children are read on a bus'),
    expect.stringContaining('deltas say their readings otherwise'),
  ]);
});
