/** Faults that overlap on one device, over sockets. */
import { afterAll, expect, it } from 'vitest';
import { COMPOUNDS, playCompound } from '../../tests/compounds.ts';
import { Sandbox } from '../../tests/sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it.each(COMPOUNDS)('%s, each in its turn and each proved', async (name) => {
  await playCompound(box, name, 'real');
  expect(box.plan(`${name}-real`).gear).toBe('real');
});
