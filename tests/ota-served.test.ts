/**
 * Servers that are broken or worse, through a whole run: what each device made of its own, and why.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';

const box = new Sandbox();
afterAll(() => box.close());

it('is told why nothing came of it, or takes what is whole', async () => {
  box.library('bad-servers');
  await box.judged(0, 'served', 'bad-servers.yaml', '--gear', 'sim');
  const lines = await box.ledger('served');
  const ended = lines.filter(({ op }) => op === 'ota/ended') as unknown as Record<string, string>[];
  const made = new Set(
    ended.map(({ device = '', status, why }) => `${device.split('/')[0]}: ${status} ${why}`.trim()),
  );
  expect([...made].sort()).toEqual([
    'dripping: failed too slow',
    'endless: failed more bytes than were said',
    'mixed: failed wrong digest',
    'repeated: confirmed',
    'whole: confirmed',
  ]);
});

it('is turned away with a reason where nobody knows by whom or how it was signed', async () => {
  const text = readFileSync(box.path(box.library('forged-firmware')), 'utf8');
  const reasons = { 'unknown-alg': 'unknown alg', 'unknown-key': 'unknown key' };
  for (const [spoil, why] of Object.entries(reasons)) {
    writeFileSync(box.path(`${spoil}.yaml`), text.replace('spoil: forged', `spoil: ${spoil}`));
    await box.judged(0, spoil, `${spoil}.yaml`, '--gear', 'sim');
    const chapter = box.result(spoil).chapters?.find(({ title }) => title === 'Firmware');
    const table = chapter?.tables.find(({ title }) => title === 'Why offers came to nothing');
    expect(table?.rows).toEqual([['v6.6.6', 'failed', why, 8]]);
  }
});
