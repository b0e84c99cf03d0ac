/** A ground on which the tests fail by themselves judges no fault, however often it is asked. */
import { expect, it } from 'vitest';
import { MutationGround } from './ground.ts';

it('says each time that the tests do not hold without a fault', async () => {
  const ground = new MutationGround();
  try {
    const { signal } = new AbortController();
    for (const _ of ['first', 'again']) {
      const broken = await ground.warmUp(['bench/mutation/no-such.test.ts'], signal);
      expect(broken).toContain('fails without a fault');
    }
  } finally {
    ground.close();
  }
});
