/** Faults that overlap on one device, in virtual time; over sockets it is a slow test. */
import { afterAll, expect, it } from 'vitest';
import { COMPOUNDS, playCompound } from './compounds.ts';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it.each(COMPOUNDS)('%s, each in its turn and each proved', async (name) => {
  const out = await playCompound(box, name, 'sim');
  expect(box.plan(out).gear).toBe('sim');
});
