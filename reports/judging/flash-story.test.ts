/** A finding about firmware says what the flash of its device went through, and by whose doing. */
import { expect, it } from 'vitest';
import otaNoBrick from '../checkers/ota-no-brick.ts';
import stories from '../testing/stories/ota.ts';

it('tells of the fault that harmed it, and of the boot that found nothing', () => {
  const story = stories['ota-no-brick'].failing['one does, and what it kept was not harmed']?.();
  const told = story?.ask(otaNoBrick).findings[0]?.story?.map(({ what }) => what) ?? [];
  expect(told).toContain('has its flash harmed by rots');
  expect(told.at(-1)).toBe('comes up (power-on) and finds nothing that it can run');
  expect(told[0]).toMatch(/^takes the offer of /);
});
