/**
 * For every checker stories in which it must pass, find the promise broken, and leave it undecided. The conformance
 * test asks for all three of every file in checkers/, so a checker that cannot fail does not get in.
 */

import { deliveryFixtures } from './delivery-fixtures.ts';
import { objectiveFixtures } from './objective-fixtures.ts';
import { sessionFixtures } from './session-fixtures.ts';
import type { Story } from './story.ts';
import { validityFixtures } from './validity-fixtures.ts';

export interface CheckerFixtures {
  passing: Record<string, () => Story>;
  failing: Record<string, () => Story>;
  undecided: Record<string, () => Story>;
}

export const FIXTURES: Readonly<Record<string, CheckerFixtures>> = {
  ...deliveryFixtures,
  ...sessionFixtures,
  ...objectiveFixtures,
  ...validityFixtures,
};
