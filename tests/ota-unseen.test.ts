/**
 * A release that says hundredths is kept by those alone whose signals are then still what they can
 * be: they are not blamed for it, and whoever could see it and keeps it is.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

const SCENARIO = `twinstorm: 1
name: unseen
about: A hundredth of nothing is nothing, and of 20 degrees it is more than there can be.
seed: 5
time: { warmup: 3s, steady: 3s, chaos: 24s, settle: 8s, drain: 4s }
fleet:
  - { id: cold, model: gateway, count: 3, every: 5s, with: { ambient: 0, rise: 0, load: 0, sensorNoise: 0 } }
  - { id: room, model: room-thermostat, count: 3, every: 5s }
workflows:
  - ota: { name: cold, of: cold, to: 2.1.0, defect: wrong-scale, waves: [100%], at: steady }
  - ota: { name: room, of: room, to: 2.1.1, defect: wrong-scale, waves: [100%], at: steady }
expect: [ota-rollback]
`;

const accused = (out: string): string[] => {
  const { checkers } = box.result(out);
  const own = checkers.find(({ id }) => id === 'ota-rollback');
  return own?.findings.map(({ message }) => message) ?? [];
};

it('is no fault of those who cannot see it, and one of those who can', async () => {
  writeFileSync(box.path('unseen.yaml'), SCENARIO);
  await box.judged(0, 'honest', 'unseen.yaml', '--gear', 'sim');
  const kept = (await box.ledger('honest', '--op', 'ota/kept')) as unknown as {
    device: string;
    version: string;
  }[];
  const ofRelease = kept.filter(({ version }) => version.startsWith('2.'));
  expect(ofRelease.map(({ device }) => device.slice(0, 4))).toEqual(['cold', 'cold', 'cold']);
  expect(accused('honest')).toEqual([]);
  await box.judged(1, 'bug', 'unseen.yaml', '--gear', 'sim', '--mutant', 'ota-skips-self-test');
  const told = accused('bug');
  expect(told).toHaveLength(3);
  expect(told.every((one) => /^room.* keeps 2\.1\.1, and is not well with it$/.test(one))).toBe(
    true,
  );
});
