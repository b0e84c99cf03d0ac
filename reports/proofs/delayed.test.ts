/** Beside another latency a delay is proved by what the other one cannot explain, and no less. */
import { expect, it } from 'vitest';
import { faultPlan, healthy, tellFault } from '../testing/story.ts';

/**
 * Of 100 ms each way and as much jitter, so that the quickest answer tells nothing; beside it all
 * the time another latency of 50 ms. Unhindered a round trip takes 2 ms. All answers in the window
 * took as long as is said.
 */
function effectWhereAnswersTook(ms: number): unknown {
  const proof = (delayMs: number, jitterMs: number) => ({ kind: 'delayed', delayMs, jitterMs });
  const [other, own] = [proof(50, 0), proof(100, 100)];
  const faults = [
    faultPlan('own', { devices: [1], proof: own }),
    faultPlan('other', { devices: [1], from: 6500, to: 10_500, proof: other }),
  ];
  const story = healthy({ faults });
  for (const { id } of faults) tellFault(story, id);
  story.drop(({ op, t }) => op === 'probe' && t > 6500 && t < 10_500);
  for (let t = 7400; t < 9400; t += 200) {
    story.add('probe', t + ms, { cohort: 0, value: ms * 1000, asked: 1, saw: 'pong' });
  }
  const [fault] = story.judge([]).faults;
  return [fault?.effective, fault?.evidence];
}

it('is proved by four fifths of it on top of what the other may take', () => {
  // 2 ms as ever, 100 ms of the other, 160 ms of its own.
  expect(effectWhereAnswersTook(262)).toEqual([
    true,
    expect.stringMatching(
      / rose by 260 ms .* \(wanted 200 ms\), more than other faults explain\.$/,
    ),
  ]);
  expect(effectWhereAnswersTook(261.999)).toEqual([null, expect.stringMatching(/^Other faults/)]);
});
