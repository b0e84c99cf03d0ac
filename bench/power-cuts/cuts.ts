/**
 * Plants the loss of power at a step of the flash: of each device at another one. How a device is
 * cut stands in its number, so that one run goes through all of them. Beside it may be planted any
 * bug of the firmware, by which the run must then fail.
 */
import { readdirSync } from 'node:fs';
import type { Mutant } from '../../harness/authors.ts';

/** Of two cuts in a row the second comes so many steps after the first, by turns. */
const AFTER = [1, 2, 3, 4, 6, 9] as const;

/** `sparse`: once, only at every third step, and some not at all: a cut excuses much. */
export type CutWay = 'single' | 'double' | 'sparse';
const SPARSE = 3;
const SPARED = 8;

/** Device `devices/site/n` is cut before step n/2 where n is even, else half way through it. */
function cutOf(way: CutWay, device: string, step: number): 'none' | 'before' | 'torn' {
  const n = Number(device.split('/').at(-1)) - 1;
  if (way === 'sparse' && n % SPARED === SPARED - 1) return 'none';
  const at = Math.floor(n / 2) * (way === 'sparse' ? SPARSE : 1);
  const kind = n % 2 === 0 ? 'before' : 'torn';
  if (step === at) return kind;
  const later = at + (AFTER[n % AFTER.length] ?? 1);
  return way === 'double' && step === later ? 'torn' : 'none';
}

const folder = new URL('../../devices/mutants/', import.meta.url);

/** There bugs are shown of which no flash could tell: of a road, a server, a model, a late fall. */
const ELSEWHERE = [
  'bad-servers',
  'hawkbit-wave',
  'leaky-release',
  'mixed-readings',
  'model-roll-out',
  'soaked-release',
  'wrong-releases',
];

/** The bugs of the firmware that are tried with it. */
export async function bugs(): Promise<string[]> {
  const names = readdirSync(folder)
    .filter((file) => file.startsWith('ota-'))
    .map((file) => file.slice(0, -'.ts'.length))
    .sort();
  const all = await Promise.all(names.map(bugNamed));
  return names.filter((_, at) => !ELSEWHERE.includes(all[at]?.scenario ?? ''));
}

const bugNamed = async (name: string): Promise<Mutant> =>
  ((await import(new URL(`${name}.ts`, folder).href)) as { default: Mutant }).default;

export async function cutting(way: CutWay, bug: string | null): Promise<Mutant> {
  const planted = bug === null ? null : await bugNamed(bug);
  return {
    family: 'mutant',
    sits: 'device',
    kind: `ota-cut-${way}${bug === null ? '' : `-${bug}`}`,
    summary: 'power goes at a step of the flash, of each device at another one',
    word: 'ota',
    caughtBy: 'ota-no-brick',
    scenario: 'firmware-wave',
    plant: (fired: (what: string) => void) => ({
      ...(planted === null
        ? {}
        : (planted.plant(
            () => {},
            () => 0,
          ) as object)),
      losePower: (device: string, step: number) => {
        const cut = cutOf(way, device, step);
        if (cut !== 'none') fired(`${device} ${step}`);
        return cut;
      },
    }),
  } as unknown as Mutant;
}
