/**
 * Servers that are broken or worse, through a whole run: what each device made of its own, and why.
 */
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
