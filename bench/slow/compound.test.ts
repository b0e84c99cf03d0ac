/** Faults that overlap on one device, over sockets. */
import { afterAll, expect, it } from 'vitest';
import { COMPOUNDS, playCompound } from '../../tests/compounds.ts';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it.each(COMPOUNDS)('%s, each in its turn and each proved', async (name) => {
  const out = await playCompound(box, name, 'real');
  expect(box.plan(out).gear).toBe('real');
});
