/** A planted bug that never fired is no pass, over sockets. */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from '../../tests/sandbox.ts';
import { IDLE, neverFires } from '../../tests/unfired.ts';

const box = new Sandbox();
afterAll(() => box.close());

it.each(Object.entries(IDLE))('a bug of the %s', async (_, mutant) => {
  await neverFires(box, 'real', mutant);
  expect(box.plan(`real-${mutant}`).gear).toBe('real');
});
