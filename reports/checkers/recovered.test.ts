/** Of several faults the one that is asked for is judged, and of that what it did itself. */
import { describe, expect, it } from 'vitest';
import { faultPlan, healthy, type Story, tellFault } from '../testing/story.ts';
import recovered from './recovered.ts';

const FIRST = faultPlan('first', { from: 7000, to: 8000, devices: [0, 1] });
const SECOND = faultPlan('second', { from: 11_000, to: 12_000, devices: [1, 2] });

/** Both faults come; whoever is named is away from the first instant to the second. */
function told(after: string, absences: readonly [device: number, from: number, to: number][]) {
  const params = { share: 1, within: 1000, after };
  const story = healthy({ faults: [FIRST, SECOND], expect: [{ checker: 'recovered', params }] });
  tellFault(story, 'first');
  tellFault(story, 'second');
  for (const [device, from, to] of absences) {
    story.add('offline', from, { device, why: 'closed' });
    if (to === Number.POSITIVE_INFINITY) continue;
    story.add('connect', to - 20, { device, attempt: 0 });
    story.add('online', to, { device, present: true });
  }
  return story;
}

const asked = (story: Story) => {
  const { verdict, findings } = story.ask(recovered);
  return [verdict, ...findings.map(({ message }) => message.replace(/^.*\//, ''))];
};

describe('after one of several faults', () => {
  it('whoever another one threw off may stay away', () => {
    const story = (after: string): Story =>
      told(after, [
        [0, 7010, Number.POSITIVE_INFINITY],
        [1, 11_010, 12_500],
        [2, 11_010, 12_500],
      ]);
    expect(asked(story('second'))).toEqual(['pass']);
    expect(asked(story('first'))).toEqual(['fail', '0 never came back (first healed at 8.0 s)']);
  });

  it('a target of both is judged by the one that is asked for', () => {
    const story = (after: string): Story =>
      told(after, [
        [1, 7010, 9500],
        [1, 11_010, 12_500],
        [2, 11_010, 12_500],
      ]);
    expect(asked(story('second'))).toEqual(['pass']);
    expect(asked(story('first'))).toEqual([
      'fail',
      '1 came back only after 1.5 s (first healed at 8.0 s)',
    ]);
    expect(story('second').ask(recovered).summary).toContain('2 targets');
  });

  it('nothing is decided where it was never healed', () => {
    const story = told('second', [[1, 11_010, 12_500]]).drop(
      ({ op, fields }) => op === 'fault' && fields.fault === 'second' && fields.injected === false,
    );
    expect(asked(story)).toEqual(['unknown']);
  });
});

describe('a fault that is healed only after the fleet was watched to its end', () => {
  // That is at 22.5 s; what does not let itself be taken back is tried again at the very end.
  const late = faultPlan('late', { from: 18_000, to: 22_700, devices: [0, 1] });
  const story = (back: number): Story => {
    const params = { share: 1, within: 1000, after: 'late' };
    const one = healthy({ faults: [late], expect: [{ checker: 'recovered', params }] });
    tellFault(one, 'late');
    for (const device of [0, 1]) {
      one
        .add('offline', 18_010, { device, why: 'closed' })
        .add('connect', back - 20, { device, attempt: 0 })
        .add('online', back, { device, present: true });
    }
    return one;
  };

  it.each([20_000, 22_600, 22_800])(
    'leaves open what came after the heal, also of who was back at %i ms',
    (back) => {
      const one = story(back);
      expect(one.ask(recovered)).toMatchObject({ verdict: 'unknown', undecided: 2, findings: [] });
      expect(one.judge([]).faults[0]?.recovery).toMatchObject({ to100Ms: null });
    },
  );
});
