/**
 * For every checker stories in which it must pass, find the promise broken, and leave it undecided.
 * The conformance test asks for all three of every file in checkers/, so a checker that cannot fail
 * does not get in. Those of a capability lie in stories/, under its word, and are found there.
 */
import { readdirSync } from 'node:fs';
import { aliveFixtures } from './alive-fixtures.ts';
import type { CheckerFixtures } from './checker-fixtures.ts';
import { deliveryFixtures } from './delivery-fixtures.ts';
import { objectiveFixtures } from './objective-fixtures.ts';
import { sessionFixtures } from './session-fixtures.ts';
import { validityFixtures } from './validity-fixtures.ts';

type Fixtures = Readonly<Record<string, CheckerFixtures>>;

const folder = new URL('stories/', import.meta.url);

const ofCapabilities = await Promise.all(
  readdirSync(folder)
    .sort()
    .map(
      async (file) => ((await import(new URL(file, folder).href)) as { default: Fixtures }).default,
    ),
);

export const FIXTURES: Fixtures = {
  ...Object.assign({}, ...ofCapabilities),
  ...deliveryFixtures,
  ...sessionFixtures,
  ...objectiveFixtures,
  ...validityFixtures,
  ...aliveFixtures,
};
