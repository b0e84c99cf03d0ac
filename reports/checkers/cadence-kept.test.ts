/** How many readings were left out is told even where it is none. */
import { expect, it } from 'vitest';
import { goes } from '../testing/stories/cadence.ts';
import cadenceKept from './cadence-kept.ts';

it('says that none was left out', () => {
  expect(goes(1).ask(cadenceKept).summary).toMatch(/^0 of \d+ readings were left out/);
});
