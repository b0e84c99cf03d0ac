/**
 * The panel fits whatever terminal it is drawn on: a line that is wider breaks in two, and then
 * more stays on the screen with each drawing than is wiped.
 */
import { expect, it } from 'vitest';
import type { Progress } from '#harness';
import { Tally } from '../fleet/tally.ts';
import type { Host } from './host.ts';
import { openPanel, PANEL_WORDS } from './panel.ts';

const { latency: _, ...COUNTS } = new Tally(100_000).snapshot();
const PROGRESS: Progress = {
  phase: 'warmup',
  t: 3_723_000,
  end: 90_000_000,
  counts: {
    ...COUNTS,
    connected: 100_000,
    missing: 1234,
    duplicates: 12,
    late: 99_999,
    sent: 12_345_678,
    acked: 12_345_600,
    buffered: 654_321,
  },
  p50: 1234,
  latency: { counts: [], sumMs: 0 },
  p99: 61_234,
  activeFaults: ['north-dark', 'a-fault-with-a-name-that-is-longer-than-a-narrow-terminal'],
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape is what is looked for.
const plain = (text: string): string => text.replace(/\u001b\[[\d;]*[mAJ]/g, '');

function drawnOn(columns: number, isTty = true): string[] {
  const said: string[] = [];
  let now = 0;
  const host = {
    stderr: (text: string) => said.push(text),
    stderrIsTty: isTty,
    columns: () => columns,
    env: {},
    seconds: () => now,
    isoTime: () => '2026-05-04T09:12:45.123Z',
  } as unknown as Host;
  const panel = openPanel(host, false);
  panel.show(PROGRESS);
  now += 10;
  panel.show(PROGRESS);
  panel.end();
  return said;
}

it.each([20, 40, 60, 80, 110, 300])(
  'fits %i columns, and wipes as many lines as it drew',
  (columns) => {
    const [first = '', wipe = '', , last = ''] = drawnOn(columns);
    const lines = plain(first).trimEnd().split('\n');
    for (const line of lines) expect(line.length, line).toBeLessThan(columns);
    for (const up of [wipe, last]) expect(up).toBe(`\u001b[${lines.length}A\u001b[0J`);
  },
);

it('loses no figure on 40 columns, and explains each of its words', () => {
  const text = plain(drawnOn(40)[0] ?? '');
  for (const figure of [
    'connected 100000/100000',
    '1234 unseen',
    '12 duplicate',
    '99999 late',
    'buffered 654321',
    'acknowledged 12345600',
    'north-dark',
  ])
    expect(text).toContain(figure);
  for (const word of ['connected', 'unseen', 'duplicate', 'late', 'buffered', 'p99', 'msg/s'])
    expect(PANEL_WORDS).toMatch(new RegExp(`^ .*${word}.* {2}`, 'm'));
});

it('says the time of the machine where there is no terminal', () => {
  expect(drawnOn(80, false)[0]).toMatch(/^09:12:45 +1h2m3s warmup {2}connected 100000\/100000/);
});
