/**
 * A time that a plug-in gives the pacing wheel. Whatever is no number compares with nothing, and
 * the wheel would turn for ever at one place; it is hot and trusts what it is given, so this is
 * looked at where the plug-in's own things are wrapped.
 */
import { Misuse } from './plugins/guard.ts';
import { synchronous } from './plugins/hooks.ts';
import { mustBe } from './plugins/quantity.ts';
import type { Paced } from './ports.ts';

/** Throws what is told under the name of whoever asks for that time. */
export function dueTime(ms: unknown, what = 'the time for the wheel'): number {
  if (typeof ms === 'number' && !Number.isNaN(ms)) return ms;
  throw new Misuse(`${what} ${mustBe('a number', ms)}`);
}

export function nextTime(paced: Paced, atMs: number): number {
  const next: unknown = synchronous(paced.fire(atMs));
  if (typeof next === 'number' && !Number.isNaN(next)) return next;
  throw new Misuse(
    `what fire returns ${mustBe('a number', next)}`,
    'fire must return when it wants to be called again (Infinity for never)',
  );
}
