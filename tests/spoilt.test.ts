/** Another try is for what a machine did, and never for what we did. */
import { expect, it } from 'vitest';
import type { Result } from '#reports';
import { spoiltBy } from './spoilt.ts';

const resultOf = (message: string, over: Partial<Result> = {}): Result =>
  ({
    verdict: 'invalid',
    gear: 'real',
    checkers: [
      { id: 'fault-effective', findings: [] },
      { id: 'harness-healthy', findings: message === '' ? [] : [{ message }] },
    ],
    ...over,
  }) as unknown as Result;

const STOOD = 'shard-1 stood still for 2 s of 9 s';

it.each([STOOD, 'the generator was saturated: sends were late'])('is worth a try: %s', (text) => {
  expect(spoiltBy(resultOf(text))).toBe(text);
});

it.each([
  ['nothing of the kind', resultOf('')],
  ['a hole of ours', resultOf('the segment shard-0 of the ledger is not closed')],
  ['a fault that was not taken back', resultOf('dark could not be taken back and acted on')],
  ['virtual time, which no machine holds up', resultOf(STOOD, { gear: 'sim' })],
  ['a fail', resultOf(STOOD, { verdict: 'fail' })],
  ['an unknown', resultOf(STOOD, { verdict: 'unknown' })],
])('is worth none: %s', (_, result) => {
  expect(spoiltBy(result)).toBeNull();
});
