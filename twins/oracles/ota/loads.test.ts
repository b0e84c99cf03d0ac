import { expect, it } from 'vitest';
import type { LedgerEntry, Plan, Spoil } from '#kernel';
import type { OracleContext } from '../oracle.ts';
import { OtaOracle } from '../ota.ts';
import { testPlan } from '../testing/plan.ts';

const SIZE = 10_000;

/** One that loads all of an image twice, with an interruption in between. */
function loadedTwice(spoil: Spoil): OtaOracle {
  const image = { sha256: 'a'.repeat(64), version: '2.0.0', text: '', defect: 'none' };
  const resolved = { factory: image, keys: [], campaign: { name: 'spring', of: '', spoil, image } };
  const workflows = [{ workflow: 'ota', session: 'ota', resolved }];
  const plan = { ...testPlan({ devices: 1, readings: 1 }), workflows } as unknown as Plan;
  const timeline = { readsOf: () => ({ beganAt: Number.POSITIVE_INFINITY }) };
  const oracle = new OtaOracle({ plan, timeline, lane: 0 } as unknown as OracleContext);
  const tell = (t: number, op: string, fields: object): void =>
    oracle.step({ t, op, device: 0, campaign: 'spring', attempt: 1, ...fields } as LedgerEntry);
  tell(1, 'ota/began', { version: '2.0.0' });
  tell(2, 'ota/fetched', { bytes: SIZE, size: SIZE });
  tell(3, 'ota/fetched', { bytes: SIZE, size: SIZE });
  return oracle;
}

it('loads hardly more than there is, but for one who is given all of it each time', () => {
  expect(loadedTwice('none').wasteful(0).wrong).toHaveLength(1);
  expect(loadedTwice('whole').wasteful(0)).toEqual({ loads: 1, wrong: [] });
});
