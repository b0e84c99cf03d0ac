/** What the chapter tells of a device that a fault met in one state and not in another. */
import { expect, it } from 'vitest';
import { told } from '../testing/fault-story.ts';
import type { Story } from '../testing/story.ts';
import states from './states.ts';

const TIE = { state: 'connection.backoff', forMs: 1000, ends: true };

/** Of a story with the fault `f` on devices 1 and 2, from 7 s to 10 s. */
function chapterOf(story: Story) {
  const { chapters } = story.judge([], undefined, undefined, [states]);
  return chapters?.[0];
}

const visits = (story: Story): Story =>
  story
    .add('state', 8000, { device: 1, state: 'connection.backoff' })
    .add('struck', 8000, { device: 1, n: 0, fault: 'f' })
    .add('state', 8000, { device: 1, state: 'connection.down' })
    .add('relieved', 8600, { device: 1, n: 0, fault: 'f' })
    .add('state', 8600, { device: 1, state: 'connection.connecting' });

it('counts devices by the states in which a fault struck them, and by what they entered', () => {
  const chapter = chapterOf(visits(told({ tie: TIE, devices: [1, 2] })));
  expect(chapter?.lead).toBe(
    '1 fault of 1 that go by a state met devices in it, and all faults together met 2 states.',
  );
  expect(chapter?.tables[0]?.rows).toEqual([
    ['connection.backoff', 1],
    ['connection.down', 1],
  ]);
  expect(chapter?.tables[1]?.rows).toEqual([['f', 'connection.backoff', 2, 1, 1]]);
  expect(chapter?.spans).toMatchObject([{ name: 'f', count: 1, max: 600 }]);
});

it('says of one that met nobody that it did not', () => {
  const chapter = chapterOf(told({ tie: TIE, devices: [1, 2] }));
  expect(chapter?.lead).toContain('0 faults of 1');
  expect(chapter?.tables[0]?.rows).toEqual([]);
  expect(chapter?.tables[1]?.rows).toEqual([['f', 'connection.backoff', 2, 0, 0]]);
});

it('is left out where no fault goes by a state', () => {
  expect(chapterOf(visits(told({ devices: [1, 2] })))).toBeUndefined();
});
