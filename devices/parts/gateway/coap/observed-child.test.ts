/** A resource that is registered anew begins to count anew. */
import { expect, it } from 'vitest';
import { Watch } from './observed-child.ts';

const TEMPERATURE = { path: 'temperature', signals: ['level'], confirmable: true, 'max-age': 5000 };

it('takes whatever comes first after it was ended, however low its number is', () => {
  const watch = new Watch(0, TEMPERATURE);
  watch.took({ seq: 900, at: 1000 });
  expect(watch.isNews({ seq: 3, at: 1500 })).toBe(false);
  expect(watch.isDue(1500)).toBe(false);
  watch.ended();
  expect(watch.isNews({ seq: 3, at: 1500 })).toBe(true);
  expect(watch.isDue(1500)).toBe(true);
});
