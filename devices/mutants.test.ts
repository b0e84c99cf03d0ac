/**
 * Every bug that can be planted in the devices sits in a seam that one part has, or every device,
 * and in no second one; is named after its file; and does the same harm to the same devices in
 * every shard and every run. That its checker finds it is the scenarios' test.
 */
import { existsSync, readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { type Mutant, mutantFamily, seamsOf } from '#kernel';
import type { PartKind } from './part.ts';
import { DEVICE_SEAMS } from './seams.ts';

async function kindsIn<T>(folder: string): Promise<[string, T][]> {
  const url = new URL(`./${folder}/`, import.meta.url);
  const files = readdirSync(url).filter((file) => /^[a-z0-9-]+\.ts$/.test(file));
  return Promise.all(
    files.sort().map(async (file): Promise<[string, T]> => {
      const module = (await import(new URL(file, url).href)) as { default: T };
      return [file.slice(0, -3), module.default];
    }),
  );
}

const mutants = await kindsIn<Mutant>('mutants');
const parts = await kindsIn<PartKind>('parts');
const seams = [...DEVICE_SEAMS, ...parts.flatMap(([, part]) => part.seams ?? [])];

it('no two parts share a seam, and there are bugs to plant', () => {
  expect(new Set(seams).size).toBe(seams.length);
  expect(mutants.length).toBeGreaterThanOrEqual(2);
});

it.each(mutants)('%s sits where somebody asks', (name, mutant) => {
  expect(mutantFamily.check(mutant)).toEqual([]);
  expect(mutant).toMatchObject({ kind: name, sits: 'device' });
  expect(mutant.word).toMatch(/^[a-z][a-z-]+$/);
  expect(seamsOf(mutant).length).toBeGreaterThan(0);
  const [first = ''] = seamsOf(mutant);
  const owner = parts.find(([, part]) => part.seams?.includes(first));
  // What no part has, every device has: its connections.
  expect(owner?.[0] ?? 'connections').toBe(mutant.word);
  for (const seam of seamsOf(mutant)) expect(seams).toContain(seam);
  for (const place of [
    `../reports/checkers/${mutant.caughtBy}.ts`,
    `../scenarios/library/${mutant.scenario}.yaml`,
  ]) {
    expect(existsSync(new URL(place, import.meta.url)), place).toBe(true);
  }
});

const ofStatus = mutants.filter(([, { word }]) => word === 'status');

it.each(ofStatus)(
  '%s fires, and spares whom it spares, in whatever order it is asked',
  (_, mutant) => {
    const harm = (devices: readonly string[]): string[] => {
      const fired: string[] = [];
      const planted = mutant.plant(
        (what) => fired.push(what),
        () => 0,
      );
      for (const seam of Object.values(planted) as ((device: string, n: number) => boolean)[]) {
        for (const device of devices) expect(seam(device, 0)).toBe(!fired.includes(`${device} 0`));
      }
      return fired.sort();
    };
    const devices = Array.from({ length: 40 }, (_unused, index) => `rooms/north-1/${index}`);
    const harmed = harm(devices);
    expect(harmed.length).toBeGreaterThan(5);
    expect(harmed.length).toBeLessThan(35);
    expect(harm([...devices].reverse())).toEqual(harmed);
  },
);
