/** A few hundred of what the proving ground tries by the thousand. */
import { expect, it } from 'vitest';
import { survived } from '../../kernel/testing/fuzz.ts';
import { NO_CATALOG } from '../../kernel/testing/soundness.ts';
import bootloader from './bootloader.fuzz.ts';
import ranges from './range-client.fuzz.ts';

const all = [...bootloader(NO_CATALOG), ...ranges(NO_CATALOG)];

it.each(all)('$parser survives $about', (fuzz) => {
  expect(survived(fuzz, 5, 300)).toBe(300);
});
