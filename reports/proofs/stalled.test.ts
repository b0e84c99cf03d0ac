/** What the targets themselves tell of a stall, where no probe was there to see it. */
import { expect, it } from 'vitest';
import { told } from '../testing/fault-story.ts';
import type { Story } from '../testing/story.ts';

/**
 * Device 1 sends a reading at 8.011 s and one at 9.011 s, well inside the fault from 7 s to 10 s,
 * and others near its edges; whatever it sends inside arrives at `arrives`.
 */
function effectOf(arrives: number, bend: (story: Story) => Story = (story) => story): unknown {
  const story = told({ proof: { kind: 'stalled', up: true, down: true } })
    .drop(({ op }) => op === 'probe')
    .change(
      ({ op, t, fields }) => op === 'observed' && fields.device === 1 && t > 7000 && t < 10_000,
      () => ({ t: arrives }),
    );
  const [fault] = bend(story).judge([]).faults;
  return [fault?.effective, fault?.evidence];
}

it('is proved by all that was sent well inside and came after the heal', () => {
  expect(effectOf(10_005)).toEqual([
    true,
    'Of 2 messages sent inside, none was seen before the heal and 2 after it.',
  ]);
});

it('is disproved by what crossed, up to a quarter of a second before the heal', () => {
  expect(effectOf(9750)).toEqual([false, '2 messages of its targets crossed it.']);
  expect(effectOf(9750.001)).toMatchObject([true, expect.stringMatching(/ and 2 after it/)]);
});

it('is not told by targets of which nothing came, or that sent nothing inside', () => {
  const blind = (op: string) => (story: Story) =>
    story.drop((event) => event.op === op && event.fields.device === 1);
  expect(effectOf(10_005, blind('observed'))).toMatchObject([null, expect.any(String)]);
  expect(effectOf(10_005, blind('sent'))).toMatchObject([null, expect.any(String)]);
});
