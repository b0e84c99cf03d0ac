/** Which numbers the stages get that nobody answered. */
import { expect, it } from 'vitest';
import { type AskedStage, Stages } from './stages.ts';

const asked = (change: number, status: number | null, stage = 0): AskedStage => ({
  change,
  of: '',
  permille: 1000,
  patch: { lid: change },
  askedAt: change * 10,
  answeredAt: status === 200 ? change * 10 + 1 : Number.POSITIVE_INFINITY,
  status,
  stage,
});
const changeAt = (stages: Stages, stage: number): number | null => stages.at(stage)?.change ?? null;

it('one that nobody answered is the next, and those between two answers are told by number', () => {
  const stages = new Stages([asked(0, 0), asked(1, 503), asked(2, 200, 3), asked(3, null)]);
  expect([1, 2, 3, 4].map((at) => changeAt(stages, at))).toEqual([0, 1, 2, 3]);
});

it('of two at the end either may be the next', () => {
  const stages = new Stages([asked(0, 200, 1), asked(1, 0), asked(2, null)]);
  expect([1, 2, 3].map((at) => changeAt(stages, at))).toEqual([0, null, null]);
  expect(stages.documentAt(2)).toBeNull();
});
