/** Random campaigns over random fleets: who may begin when, against a naive reading. */
import { expect, it } from 'vitest';
import {
  type CampaignPlan,
  firmwareOf,
  hashText,
  type LedgerEntry,
  type Plan,
  type Random,
  randomStream,
} from '#kernel';
import { testPlan } from '../testing/plan.ts';
import { OtaWaves } from './waves.ts';

const SHA = 'a'.repeat(64);

function planOf(random: Random, devices: number): Plan {
  const steps = [...new Set([random.below(100), random.below(100), 100].filter((one) => one > 0))];
  const campaign = {
    name: `c${random.below(9)}`,
    of: '',
    waves: steps.sort((a, b) => a - b).map((percent) => percent * 10_000),
    gate: { success: random.below(101) * 10_000, withinMs: 1 },
    image: { sha256: SHA },
  } as CampaignPlan;
  const workflows = [{ workflow: 'ota', session: 'ota', resolved: { campaign } }];
  return { ...testPlan({ devices, readings: 1 }), workflows } as unknown as Plan;
}

it('tells who begins too early in random campaigns, and who does not', () => {
  const random = randomStream(5, 'waves');
  let early = 0;
  for (let round = 0; round < 400; round++) {
    const plan = planOf(random, 1 + random.below(12));
    const { name, waves, gate } = (firmwareOf(plan)[0] as { campaign: CampaignPlan }).campaign;
    const order = plan.devices
      .map(({ id }, device) => ({ device, rank: hashText(`${name}/${id}`), id }))
      .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1))
      .map(({ device }) => device);
    const ends = waves.map((share) => Math.ceil((order.length * share) / 1_000_000));
    const waveOf = (device: number): number => ends.findIndex((end) => order.indexOf(device) < end);
    const oracle = new OtaWaves(plan);
    const has = new Set<number>();
    const should: string[] = [];
    for (let t = 0; t < 30; t++) {
      const device = random.below(plan.devices.length);
      if (random.below(2) === 0) {
        has.add(device);
        oracle.step({ t, op: 'ota/kept', device, sha256: SHA } as unknown as LedgerEntry);
        continue;
      }
      oracle.step({ t, op: 'ota/began', device, campaign: name } as unknown as LedgerEntry);
      const isEarly = waves.some((_, wave) => {
        const members = order.filter((one) => waveOf(one) === wave);
        const kept = members.filter((one) => has.has(one)).length;
        return wave < waveOf(device) && kept * 1_000_000 < gate.success * members.length;
      });
      if (isEarly) should.push(`${t} ${device}`);
    }
    expect(oracle.early().map(({ t, device }) => `${t} ${device}`)).toEqual(should);
    early += should.length;
  }
  expect(early).toBeGreaterThan(500);
});

it('knows the bound of a gate to the device', () => {
  const plan = planOf(randomStream(1, 'x'), 100);
  const { campaign } = firmwareOf(plan)[0] as { campaign: CampaignPlan };
  Object.assign(campaign, { name: 'c', waves: [500_000, 1_000_000] });
  campaign.gate.success = 980_000;
  const flaws = [48, 49, 50].flatMap((confirmed) =>
    [true, false].map((passed) => {
      const oracle = new OtaWaves(plan);
      const figures = { wave: 0, passed, confirmed, failed: 0, of: 50, at: 1 };
      const gate = { t: 1, op: 'ota/gate', device: -1, campaign: 'c', ...figures };
      oracle.step(gate as unknown as LedgerEntry);
      return oracle.gates()[0]?.flaw === null;
    }),
  );
  // One below, at, and one above.
  expect(flaws).toEqual([false, true, true, false, true, false]);
});

it('says that a wave began when the gate before it was passed, or with its first device', () => {
  const campaign = {
    ...{ name: 'spring', of: '', waves: [500_000, 1_000_000], image: { sha256: SHA } },
    gate: { success: 1_000_000, withinMs: 1 },
  };
  const workflows = [{ workflow: 'ota', session: 'ota', resolved: { campaign } }];
  const plan = { ...testPlan({ devices: 2, readings: 1 }), workflows } as unknown as Plan;
  const oracle = new OtaWaves(plan);
  const tell = (t: number, op: string, fields: object): void =>
    oracle.step({ t, op, device: -1, campaign: 'spring', ...fields } as LedgerEntry);
  tell(0, 'ota/asked', {});
  tell(1, 'ota/answered', { status: 200, at: 0 });
  expect(oracle.waves().map(({ beganAt }) => beganAt)).toEqual([null, null]);
  tell(9_000, 'ota/gate', { wave: 0, passed: true, confirmed: 1, failed: 0, of: 1, at: 7 });
  expect(oracle.waves().map(({ beganAt }) => beganAt)).toEqual([null, 7_000]);
});
