/** What kept a fleet from standing is counted by its reason, until the steady state was judged. */
import { describe, expect, it } from 'vitest';
import { type LedgerEntry, SUBSCRIPTION_REFUSED } from '#kernel';
import { entryOf } from '../../kernel/testing/fields.ts';
import { Troubles } from './troubles.ts';

const GATE_MS = 10;
const gate = { at: GATE_MS, connectedShare: 0, deliveredShare: 0 };

const failed = (why: string, t = 0) => entryOf(t, 'connect-failed', { device: 0, why });
const ended = (why: string) => entryOf(0, 'offline', { device: 0, why });
const granted = (qos: number) => entryOf(0, 'subscribed', { device: 0, granted: qos });

/** As `count kind why`. */
function told(...entries: LedgerEntry[]): string[] {
  const troubles = new Troubles({ gate });
  for (const entry of entries) troubles.step(entry);
  return troubles.list.map(({ kind, why, count }) => `${count} ${kind} ${why}`);
}

describe('the troubles of a fleet', () => {
  it('are told by kind and reason, the most frequent first', () => {
    const reasons = [failed('b'), ended('b'), failed('a'), ended('b'), failed('b'), ended('b')];
    expect(told(...reasons)).toEqual(['3 ended b', '2 failed b', '1 failed a']);
    expect(told(failed('b'), failed('a'), failed('c'))).toEqual([
      '1 failed a',
      '1 failed b',
      '1 failed c',
    ]);
  });

  it('are told in the same order, in whatever order segments are read', () => {
    const entries = [failed('b'), ended('b'), failed('a b'), granted(SUBSCRIPTION_REFUSED)];
    const list = ['1 refused ', '1 failed a b', '1 ended b', '1 failed b'];
    expect(told(...entries)).toEqual(list);
    expect(told(...entries.toReversed())).toEqual(list);
  });

  it('are none of what a device did on purpose, or of what it was granted', () => {
    expect(told(ended('planned'), ended('planned: sleep'), ended('power-cut'))).toEqual([]);
    expect(told(granted(2), granted(SUBSCRIPTION_REFUSED))).toEqual(['1 refused ']);
  });

  it('are counted up to the instant at which the gate was judged', () => {
    const at = GATE_MS * 1000;
    expect(told(failed('in time', at), failed('too late', at + 1))).toEqual(['1 failed in time']);
  });

  it('are counted on when no more reasons are kept apart', () => {
    const many = Array.from({ length: 150 }, (_, k) => failed(`reason ${k}`));
    const list = told(...many, failed('reason 99'), failed('reason 100'));
    expect(list).toHaveLength(100);
    expect(list[0]).toBe('2 failed reason 99');
  });
});
