/**
 * What the proving ground finds by its ending is what it takes it for: one file of another form
 * stops the whole bench, and the bench itself runs only now and then.
 */
import { expect, it } from 'vitest';
import { wholeCatalog } from '../../harness/cli/families.ts';
import { fuzzesIn, fuzzSources } from './sources.ts';

it('every file of inputs in the house says what is tried', async () => {
  const files = fuzzSources([]);
  expect(files.length).toBeGreaterThan(5);
  const fuzzes = await fuzzesIn(files, await wholeCatalog());
  expect(fuzzes.length).toBeGreaterThanOrEqual(files.length);
});
