/** A planted bug that never fired is no pass, in virtual time; over sockets it is a slow test. */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { IDLE, neverFires } from './unfired.ts';

const box = new Sandbox();
afterAll(() => box.close());

it.each(Object.entries(IDLE))('a bug of the %s', async (_, mutant) => {
  await neverFires(box, 'sim', mutant);
  expect(box.plan(`sim-${mutant}`).gear).toBe('sim');
});
