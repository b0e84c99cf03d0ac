/** When a device speaks through its other carrier, and when it stops. */
import { expect, it } from 'vitest';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { FallBack } from './fall-back.ts';

function waiting(handsBack = true) {
  const clock = new ManualClock();
  const turns: string[] = [];
  const fall: FallBack = new FallBack(
    { afterMs: 3000, holdMs: 2000 },
    (ms, action) => void clock.after(ms, action),
    () => turns.push(`${clock.now()} ${fall.through}`),
    () => handsBack,
  );
  return { clock, fall, turns };
}

it('goes to the other when its own is away for long, and back when that has lasted', () => {
  const { clock, fall, turns } = waiting();
  fall.own(true);
  clock.advance(10_000);
  fall.own(false);
  clock.advance(2999);
  expect(turns).toEqual([]);
  clock.advance(1);
  expect(fall.through).toBe('other');
  clock.advance(5000);
  fall.own(true);
  fall.own(true);
  clock.advance(2000);
  expect(turns).toEqual(['13000 other', '18000 both', '20000 own']);
});

it('stays with its own that is away for a moment, and with both while that comes and goes', () => {
  const { clock, fall, turns } = waiting();
  fall.own(true);
  fall.own(false);
  clock.advance(2000);
  fall.own(true);
  clock.advance(2000);
  expect(turns).toEqual([]);
  fall.own(false);
  clock.advance(3000);
  fall.own(true);
  clock.advance(1000);
  fall.own(false);
  clock.advance(1500);
  expect(turns).toEqual(['7000 other', '7000 both']);
  fall.own(true);
  clock.advance(1999);
  expect(fall.through).toBe('both');
  clock.advance(1);
  expect(fall.through).toBe('own');
});

it('speaks through both for ever where a planted bug forgets to go back', () => {
  const { clock, fall } = waiting(false);
  fall.own(true);
  fall.own(false);
  clock.advance(3000);
  fall.own(true);
  clock.advance(60_000);
  expect(fall.through).toBe('both');
});
