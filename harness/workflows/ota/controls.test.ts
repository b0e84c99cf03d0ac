/** What an operator may say to a campaign, and what is wrong with the rest, with its place. */
import { expect, it } from 'vitest';
import type { Problem } from '#kernel';
import type { WorkflowContext } from '../workflow.ts';
import { boundsOf, controlsOf, soakAmiss } from './controls.ts';

const [BEGINS, ENDS] = [4000, 20_000];
const context = {
  quantumMs: 10,
  phases: [
    { name: 'warmup', from: 0, to: 2000 },
    { name: 'steady', from: 2000, to: 6000 },
    { name: 'chaos', from: 6000, to: 12_000 },
    { name: 'settle', from: 12_000, to: ENDS },
    { name: 'drain', from: ENDS, to: 21_000 },
  ],
} as unknown as WorkflowContext;

function told(params: object) {
  const problems: Problem[] = [];
  const controls = controlsOf(problems, BEGINS, ENDS, params as never, context);
  return { controls, problems };
}

it('is decided in scenario time, in the order in which it comes', () => {
  const window = { from: 'chaos', to: 'settle+1s' };
  const moves = { abort: 'settle', resume: 'chaos+2s', pause: 'chaos+1s' };
  expect(told({ rate: 30, window, ...moves })).toEqual({
    problems: [],
    controls: {
      rate: 30,
      window: { from: 6000, to: 13_000 },
      moves: [
        { move: 'pause', at: 7000 },
        { move: 'resume', at: 8000 },
        { move: 'abort', at: 12_000 },
      ],
    },
  });
  expect(told({})).toEqual({ problems: [], controls: {} });
});

it.each<[string, object, string, RegExp]>([
  ['an empty window', { window: { from: 'chaos', to: 'chaos' } }, 'window.to', /empty/],
  ['a window that ends first', { window: { from: 'settle', to: 'chaos' } }, 'window.to', /empty/],
  ['a window in the past', { window: { from: 'warmup', to: 'steady+2s' } }, 'window.to', /is over/],
  [
    'a window too late',
    { window: { from: 'settle+8s', to: 'settle+9s' } },
    'window.from',
    /opens when/,
  ],
  ['a window of no moment', { window: { from: 'noon', to: 'chaos' } }, 'window.from', /no moment/],
  ['a pause before it begins', { pause: 'steady+2s' }, 'pause', /has not begun/],
  ['a pause too late', { pause: 'settle+8s' }, 'pause', /nothing is begun/],
  ['a pause of no moment', { pause: 'soon' }, 'pause', /no moment/],
  ['nothing to resume', { resume: 'chaos' }, 'resume', /nothing was paused/],
  ['a resume first', { resume: 'chaos', pause: 'chaos+1s' }, 'resume', /nothing was paused/],
  ['a pause after the end', { abort: 'chaos', pause: 'chaos+1s' }, 'pause', /called off/],
])('says what is wrong with %s', (_, params, path, message) => {
  const { problems } = told(params);
  expect(problems).toMatchObject([{ path, message: expect.stringMatching(message) }]);
  expect(problems[0]?.hint).not.toBe('');
});

it('lets nobody be unwell where a wave soaks, and nobody says how many may', () => {
  expect(boundsOf({})).toEqual({});
  expect(boundsOf({ soak: 5000 })).toEqual({ soakMs: 5000, unwell: 0 });
  expect(boundsOf({ soak: 5000, unwell: 0.2 })).toEqual({ soakMs: 5000, unwell: 200_000 });
  expect(boundsOf({ errors: 0.1, unwell: 0.3 })).toEqual({ errors: 100_000, unwell: 300_000 });
});

it('is told where a wave would soak to the end', () => {
  expect(soakAmiss({}, BEGINS, ENDS)).toEqual([]);
  expect(soakAmiss({ soak: ENDS - BEGINS - 1 }, BEGINS, ENDS)).toEqual([]);
  expect(soakAmiss({ soak: ENDS - BEGINS }, BEGINS, ENDS)).toMatchObject([
    { code: 'too-late', path: 'gate.soak' },
  ]);
});
