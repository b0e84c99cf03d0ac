/** Why nobody can say of a campaign that ended for good: more time would change nothing. */
import { expect, it } from 'vitest';
import ota from '../testing/stories/ota.ts';
import patched from './patched.ts';

it.each([
  ['the run ended before', 'the run ended before the time was over'],
  ['a gate halted it before', 'a gate halted the campaign for good before the time was over'],
  ['it was called off before', 'the operator called the campaign off before the time was over'],
  ['it is called off, and nobody answers', 'the run ended before the time was over'],
])('says why: %s', (name, why) => {
  expect(ota.patched.undecided[name]?.().ask(patched).summary).toContain(`undecided: ${why}`);
});
