/**
 * A campaign is called off while some of its devices load: those leave off and say so, and what they
 * ran they run on; those that were never offered it end without having begun.
 */
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it('is left off by those that load, once, and installed by none of them', async () => {
  box.library('steered-roll-out');
  await box.judged(0, 'steered', 'steered-roll-out.yaml', '--gear', 'sim');
  const lines = (await box.ledger('steered')) as unknown as Record<string, string | number>[];
  const of = (op: string) => lines.filter((line) => line.op === op && line.campaign === 'rooms');
  const calledOff = Number(of('ota/took').find(({ move }) => move === 'abort')?.t);
  const cancelled = of('ota/ended').filter(({ why }) => why === 'cancelled');
  expect(cancelled.length).toBeGreaterThan(1);
  for (const { device, t } of cancelled) {
    expect(t).toBeGreaterThanOrEqual(calledOff);
    const own = lines.filter((line) => line.device === device);
    expect(own.filter(({ op, state }) => op === 'state' && state === 'ota.installing')).toEqual([]);
    const settled = own.filter(({ op }) => op === 'ota/settled');
    expect(settled).toMatchObject([{ attempt: 1, status: 'failed' }]);
    const kept = own.filter(({ op }) => op === 'ota/kept').map(({ version }) => version);
    expect(kept).toEqual(['1.0.0']);
  }
  const aborted = of('ota/settled').filter(({ status }) => status === 'aborted');
  const began = new Set(of('ota/began').map(({ device }) => device));
  expect(aborted.length).toBeGreaterThan(1);
  expect(aborted.filter(({ device = '' }) => began.has(device))).toEqual([]);
});
