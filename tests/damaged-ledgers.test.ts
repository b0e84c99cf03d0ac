/**
 * A small, fixed sample of `bench/damaged-ledgers.ts`: ledgers of passing runs, cut, flipped, with a
 * block lost, doubled or swapped, prove nothing and are taken for what they are.
 */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { ROOT } from '../tools/house.ts';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it('forty damaged ledgers are invalid, whatever was damaged where', async () => {
  const bench = join(ROOT, 'bench', 'damaged-ledgers.ts');
  const scenarios = ['regional-partition', 'retained-and-wills'];
  const { code, stdout, stderr } = await box.startNode([bench, '40', '7', ...scenarios]).ended;
  expect(code, stdout + stderr).toBe(0);
  for (const kind of ['cut', 'flipped', 'lost', 'doubled', 'swapped']) {
    expect(stdout).toMatch(new RegExp(`^${kind} +8 invalid$`, 'm'));
  }
  expect(stdout).toContain('40 damaged ledgers of 4 segments of 2 runs, 0 believed');
});
