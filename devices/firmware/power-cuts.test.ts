/**
 * Power goes at every step of whole updates, before it and half way through it, and at every pair
 * of steps of which the second follows soon; also while the keys of a device change.
 */
import { describe, expect, it } from 'vitest';
import { CAREFUL } from './care.ts';
import { CutLife } from './testing/cut-life.ts';
import { FACTORY, imageOf, K2 } from './testing/made.ts';

const KINDS = ['before', 'torn'] as const;

/** The second is installed over the bank that the factory filled. */
const plain = new CutLife([imageOf('2.1.0', 2), imageOf('2.2.0', 3)]);
/** Of the same counter, so that the keys alone decide. */
const keys = new CutLife([
  imageOf('2.1.0', 2, { brings: [K2.key] }),
  imageOf('2.2.0', 2, { by: K2, withdraws: ['k1'] }),
  imageOf('6.6.6', 2),
]);
const FIRST = imageOf('2.1.0', 2, { base: FACTORY });
/** The last patch is for what nobody runs any more. */
const patches = new CutLife([
  FIRST,
  imageOf('2.2.0', 3, { base: FIRST }),
  imageOf('2.3.0', 3, { base: FACTORY }),
]);

describe.each([
  ['', plain, ['confirmed', 'confirmed'], 120],
  [' while keys change', keys, ['confirmed', 'confirmed', 'failed'], 200],
  [' while patches are applied', patches, ['confirmed', 'confirmed', 'confirmed'], 150],
] as const)('a loss of power%s', (_, life, endings, least) => {
  const whole = life.live(() => 'none');

  it('is not needed for an update to end well', () => {
    expect(whole).toMatchObject({ wrong: [], endings });
    expect(whole.steps).toBeGreaterThan(least);
  });

  it('may come at every step', () => {
    for (const kind of KINDS) {
      for (let at = 0; at < whole.steps; at++) {
        const told = life.live((step) => (step === at ? kind : 'none'));
        expect(told.wrong, `${kind} step ${at}`).toEqual([]);
      }
    }
  });

  it('may come again soon after, in what the first one brought about', () => {
    const laters = life === plain ? [1, 2, 3] : [1];
    for (let at = 0; at < whole.steps; at++) {
      for (const later of laters) {
        const told = life.live((step) => (step === at || step === at + later ? 'torn' : 'none'));
        expect(told.wrong, `${at} and ${at + later}`).toEqual([]);
      }
    }
  });
});

it('takes patches where they fit what runs', () => {
  expect(patches.live(() => 'none').loads).toEqual({ patches: 2, images: 1 });
});

it('finds what was forgotten', () => {
  const early = { ...CAREFUL, finishes: () => false, refuses: () => false };
  expect(plain.live(() => 'none', early).wrong).toContain('it runs what nobody made');
  const deaf = { ...CAREFUL, heedsWithdrawal: () => false };
  expect(keys.live(() => 'none', deaf).wrong).toContain('2, signed with k1: confirmed');
});
