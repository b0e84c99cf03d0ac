/** What a plan says a target promises is what it promises. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS, guaranteesOf } from '#platform';
import { planTarget } from './target-plan.ts';

describe('the plan of the platform twin', () => {
  const { guarantees } = planTarget({ kind: 'embedded' }, null);

  it('promises what the twin states when it runs with it', () => {
    const { queueLimit } = guarantees;
    expect(guaranteesOf({ limits: { ...DEFAULT_LIMITS, queueLimit } })).toEqual(guarantees);
  });
});
