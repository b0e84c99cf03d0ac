/**
 * Releases that somebody spoilt, through whole runs: what is right of one is held against nobody,
 * what is wrong of it meets devices, and a run in which it met none says so.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

/** Two rooms, and two more with another board. */
const scenario = (name: string, campaigns: readonly string[]): string =>
  box.write(
    `${name}.yaml`,
    `twinstorm: 1
name: ${name}
about: Firmware that somebody spoilt.
seed: 1
time: { warmup: 3s, steady: 3s, chaos: 14s, settle: 4s, drain: 3s }
fleet:
  - { id: rooms, model: room-thermostat, count: 2, every: 4s }
  - { id: other, model: room-thermostat, count: 2, every: 4s, parts: [{ ota: { board: tw-2 } }] }
workflows:
${campaigns.map((campaign) => `  - ota: { to: 2.1.0, waves: [100%], ${campaign} }`).join('\n')}
report: [json]
`,
  );

it('tells a patch from an image that is as long as it', async () => {
  scenario('as-long', ['spoil: other-hardware, delta: true, size: 8192, at: chaos']);
  await box.judged(0, 'as-long', 'as-long.yaml', '--gear', 'sim');
  const lines = await box.ledger('as-long', '--op', 'ota/fetched');
  const sizes = lines.map((line) => (line as unknown as { size: number }).size);
  // Else the run says nothing of it.
  expect(new Set(sizes)).toEqual(new Set([8192]));
  expect(sizes).toHaveLength(6);
});

const build = async (...flags: string[]): Promise<void> => {
  const { code, stderr } = await box.run('image', 'build', ...flags);
  expect(code, stderr).toBe(0);
};

it('goes by who truly signed what is shipped as it is', async () => {
  await build('1.0.0', '--counter', '1', '--out', 'fw/factory.json');
  await build('2.1.0', '--base', 'fw/factory.json', '--out', 'fw/patched.json');
  await build('2.1.0', '--seed', '9', '--out', 'fw/seed-9.json');
  const patch = box.path('fw/patched.patch');
  writeFileSync(patch, readFileSync(patch).fill(7, 40, 50));
  // Its patch is broken, and all else of it is right.
  scenario('signed', ['of: rooms, image: fw/patched.json, spoil: as-it-is, at: chaos']);
  const signed = await box.judged(0, 'signed', 'signed.yaml', '--gear', 'sim');
  expect(signed.checkers.find(({ id }) => id === 'ota-signed-only')?.verdict).toBe('pass');
  const ended = await box.ledger('signed', '--op', 'ota/ended');
  expect(ended.map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
  // Another seed has another key of that name.
  scenario('strange', ['of: rooms, image: fw/seed-9.json, spoil: as-it-is, at: chaos']);
  const flags = ['--gear', 'sim', '--mutant', 'ota-installs-unverified'];
  const strange = await box.judged(1, 'strange', 'strange.yaml', ...flags);
  expect(strange.reasons[0]).toMatch(/^ota-signed-only: .* signed with a key that it does not/);
});

it('says of what was spoilt that it met nobody', async () => {
  // Who uses the patch, which is right, loads nothing of the image that is not.
  const mixed = 'of: rooms, spoil: mixed, at: chaos';
  scenario('unmet', [`${mixed}, delta: true`]);
  const unmet = await box.judged(4, 'unmet', 'unmet.yaml', '--gear', 'sim');
  const why = 'the spoil mixed of v2.1.0 had no effect: none of 2 devices met it';
  expect(unmet.reasons).toEqual([`ota-spoil-met: ${why}`]);
  scenario('met', [mixed]);
  const met = await box.judged(0, 'met', 'met.yaml', '--gear', 'sim');
  expect(met.checkers.find(({ id }) => id === 'ota-spoil-met')?.summary).toBe(
    '1 of 1 spoil met devices.',
  );
});
