import { describe, expect, it } from 'vitest';
import conservation from './checkers/conservation.ts';
import faultEffective from './checkers/fault-effective.ts';
import harnessHealthy from './checkers/harness-healthy.ts';
import noAckedLoss from './checkers/no-acked-loss.ts';
import notVacuous from './checkers/not-vacuous.ts';
import { healthy } from './testing/story.ts';

const CORE = [conservation, faultEffective, harnessHealthy, noAckedLoss, notVacuous];

describe('judge', () => {
  it('passes a healthy run', () => {
    const result = healthy().judge(CORE);
    expect(result.verdict).toBe('pass');
  });
});
