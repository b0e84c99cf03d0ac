/** Nothing is taken for proved that was proved of other code, nor what was cut off by a crash. */
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { State } from './state.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'twinstorm-state-'));
  file = join(folder, 'deep', 'state.jsonl');
});
afterEach(() => rmSync(folder, { recursive: true }));

const one = { id: 'healthy/flagship/1', over: 'abc' };
const row = (over: string, wrong: string | null) => ({ id: one.id, over, wrong, seconds: 1 });

it('knows what was proved over the same texts, and the last word of it', () => {
  const state = new State(file, [one]);
  expect(state.of(one)).toBeUndefined();
  state.keep(row('abc', 'it failed'));
  expect(state.of(one)?.wrong).toBe('it failed');
  state.keep(row('abc', null));
  const again = new State(file, [one]);
  expect([again.of(one)?.wrong, again.passedOver]).toEqual([null, 0]);
});

it('passes over what was proved of another scenario or another commit, and counts it', () => {
  new State(file, [one]).keep(row('abc', null));
  const changed = { ...one, over: 'abd' };
  const after = new State(file, [changed]);
  expect([after.of(changed), after.passedOver]).toEqual([undefined, 1]);
  const other = new State(file, [{ id: 'healthy/flagship/2', over: 'abc' }]);
  expect([other.of(one), other.passedOver]).toEqual([undefined, 0]);
});

it('does not know a line that was cut off, and loses none that comes after it', () => {
  new State(file, [one]).keep(row('abc', 'it failed'));
  truncateSync(file, statSync(file).size - 5);
  const torn = new State(file, [one]);
  expect(torn.of(one)).toBeUndefined();
  torn.keep(row('abc', null));
  expect(new State(file, [one]).of(one)?.wrong).toBeNull();
});
