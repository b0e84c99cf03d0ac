/** Whether who lost the time was told it afterwards, which is said beside the verdict. */
import { expect, it } from 'vitest';
import { withFault } from '../testing/fault-story.ts';
import stories from '../testing/proof-stories/timeless.ts';

it('counts those that are told the time after the cut, whenever else they were', () => {
  const [, isTold] = Object.values(stories.happened);
  const saidOf = (story = isTold?.()): string | undefined => story?.judge([]).faults[0]?.evidence;
  expect(withFault(stories.fault).faults).toHaveLength(1);
  expect(saidOf()).toContain('1 of them were told it afterwards');
  const before = isTold?.().add('clock/set', 5000, { device: 1 });
  expect(saidOf(before)).toContain('1 of them were told it afterwards');
  const [lost] = Object.values(stories.happened);
  expect(saidOf(lost?.().add('clock/set', 5000, { device: 1 }))).toContain('0 of them were told');
});
