/** Which commands had to wait for their device: of them alone it is said. */
import { expect, it } from 'vitest';
import { healthy } from '../testing/story.ts';
import noAckedLoss from './no-acked-loss.ts';

/**
 * Device 1 is sent its only command at 9.001 s, and the target acknowledges it at 9.006 s. The
 * device is connected from the first of these times to the second, and from 12 s on.
 */
function waited(from: number, to: number): boolean {
  const devices = [{ device: 1, offsetMs: 0 }];
  const commands = { firstAt: 9000, everyMs: 20_000, qos: 1, devices } as const;
  const story = healthy({ entry: { session: 'persistent' }, commands })
    .add('offline', 6000, { device: 1, why: 'closed' })
    .add('online', from, { device: 1, present: true })
    .add('offline', to, { device: 1, why: 'closed' })
    .add('online', 12_000, { device: 1, present: true });
  const { verdict, summary } = story.ask(noAckedLoss);
  expect(verdict).toBe('pass');
  const [words = ''] = / arrived.*/.exec(summary) ?? [];
  expect([' arrived.', ' arrived, 1 of them queued for an absent device.']).toContain(words);
  return words !== ' arrived.';
}

it('a command waited unless one connection stood from its sending to its acknowledgement', () => {
  expect(waited(8000, 10_000)).toBe(false);
  expect(waited(9001, 9006)).toBe(false);
  expect(waited(9002, 9006)).toBe(true);
  expect(waited(9001, 9005)).toBe(true);
  expect(waited(9010, 9020)).toBe(true);
});
