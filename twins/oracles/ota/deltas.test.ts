/** Who may load a patch, and what one saved. */
import { expect, it } from 'vitest';
import type { FirmwarePlan } from '#kernel';
import { OtaDeltas } from './deltas.ts';

const delta = { base: 'old', size: 300, sha256: 'patch' };
const planOf = (name: string, image: object): FirmwarePlan =>
  ({ factory: {}, keys: [], campaign: { name, image } }) as unknown as FirmwarePlan;
const deltas = new OtaDeltas([
  planOf('patched', { size: 1000, delta }),
  planOf('whole', { size: 1000 }),
]);

const BOOT = { t: 1, version: '1.0.0', counter: 1, isTrial: false };
/** Sizes of what it loaded, before it had said that it cannot use the patch and after that. */
const attempt = (campaign: string, before: number[], after: number[] = []) => ({
  ...{ campaign, attempt: 1, beganAt: 5, endedAt: 9, status: 'confirmed', why: '' },
  ...{ bytes: 0, size: 0, stretches: 1, whole: after.length > 0 ? 'other base' : null },
  loads: [
    ...before.map((size) => ({ size, bytes: size, isAfterPatch: false })),
    ...after.map((size) => ({ size, bytes: size, isAfterPatch: true })),
  ],
});

it.each([
  ['old', 'patched', [300], [], 0],
  ['new', 'patched', [300], [], 1],
  ['new', 'patched', [300], [1000], 1],
  ['new', 'patched', [], [1000], 0],
  ['new', 'patched', [], [300], 0],
  ['new', 'whole', [300], [], 0],
])('of who runs %s and loads %s as %j, then %j, finds %i', (sha256, campaign, one, two, wrong) => {
  const boots = [
    { ...BOOT, sha256 },
    { ...BOOT, t: 8, sha256: 'later' },
  ];
  expect(deltas.misused({ boots, attempts: [attempt(campaign, one, two)] })).toHaveLength(wrong);
});

it('knows what was loaded of a patch in vain, also where the image is as long', () => {
  expect(deltas.inVain(attempt('patched', [300]))).toBe(0);
  expect(deltas.inVain(attempt('patched', [300], [300]))).toBe(300);
  expect(deltas.inVain(attempt('patched', [], [300]))).toBe(0);
  expect(deltas.inVain(attempt('whole', [300], [300]))).toBe(0);
});

it.each([
  ['patched', 'confirmed', 320, 680],
  ['patched', 'confirmed', 1300, 0],
  ['patched', 'failed', 320, 0],
  ['whole', 'confirmed', 320, 0],
])('of %s that ended %s after %i bytes has saved %i', (campaign, status, bytes, saved) => {
  expect(deltas.saved({ campaign, status, bytes })).toBe(saved);
});
