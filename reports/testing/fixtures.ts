/**
 * For every checker stories in which it must pass, find the promise broken, and leave it undecided.
 * The conformance test asks for all three of every file in checkers/, so a checker that cannot fail
 * does not get in.
 */

import { aliveFixtures } from './alive-fixtures.ts';
import type { CheckerFixtures } from './checker-fixtures.ts';
import { deliveryFixtures } from './delivery-fixtures.ts';
import { objectiveFixtures } from './objective-fixtures.ts';
import { sessionFixtures } from './session-fixtures.ts';
import { validityFixtures } from './validity-fixtures.ts';

export const FIXTURES: Readonly<Record<string, CheckerFixtures>> = {
  ...deliveryFixtures,
  ...sessionFixtures,
  ...objectiveFixtures,
  ...validityFixtures,
  ...aliveFixtures,
};
