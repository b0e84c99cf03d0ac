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
const attempt = (campaign: string, sizes: number[]) => ({
  ...{ campaign, attempt: 1, beganAt: 5, endedAt: 9, status: 'confirmed', why: '' },
  ...{ bytes: 0, size: 0, stretches: 1, whole: null, sizes },
});

it.each([
  ['old', 'patched', [300], 0],
  ['new', 'patched', [300], 1],
  ['new', 'patched', [300, 1000], 1],
  ['new', 'patched', [1000], 0],
  ['new', 'whole', [300], 0],
])('of who runs %s and loads %s as %j finds %i', (sha256, campaign, sizes, wrong) => {
  const boots = [
    { ...BOOT, sha256 },
    { ...BOOT, t: 8, sha256: 'later' },
  ];
  expect(deltas.misused({ boots, attempts: [attempt(campaign, sizes)] })).toHaveLength(wrong);
});

it.each([
  ['patched', 'confirmed', 320, 680],
  ['patched', 'confirmed', 1300, 0],
  ['patched', 'failed', 320, 0],
  ['whole', 'confirmed', 320, 0],
])('of %s that ended %s after %i bytes has saved %i', (campaign, status, bytes, saved) => {
  expect(deltas.saved({ campaign, status, bytes })).toBe(saved);
});
