/**
 * Where what a device reports is a version as well, there are gaps between changes: what is desired
 * at a version is what all changes up to it make of it, by a second look at the same numbers.
 */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { LedgerEntry } from '#kernel';
import { type Json, mergePatch, sameJson } from './twin/document.ts';
import { TwinOracle } from './twin.ts';

const KEYS = ['lid', 'light'] as const;
const patches = fc.dictionary(
  fc.constantFrom(...KEYS),
  fc.constantFrom<number | null>(1, 2, null),
  { noNullPrototype: true },
);
/** A change with its patch, or how many reports come before the next. */
const steps = fc.array(fc.oneof(patches, fc.integer({ min: 1, max: 3 })), { maxLength: 12 });

const entry = (t: number, op: string, fields: object): LedgerEntry =>
  ({ t, op, device: 0, ...fields }) as unknown as LedgerEntry;

it('counts reports as versions, and loses no change among them', () => {
  fc.assert(
    fc.property(steps, fc.nat(12), (all, openAt) => {
      const oracle = new TwinOracle(null, true);
      let [version, change] = [0, 0];
      const made: { version: number; patch: Record<string, number | null> }[] = [];
      let known = Number.POSITIVE_INFINITY;
      for (const step of all) {
        if (typeof step === 'number') {
          version += step;
          continue;
        }
        const t = change * 10;
        version++;
        const asked = { change, writer: 0, from: -1, patch: JSON.stringify(step) };
        oracle.step(entry(t, 'twin/asked', asked));
        // One of them is never answered: from then on nothing is known.
        const isOpen = change === openAt;
        const status = isOpen ? 0 : 200;
        oracle.step(entry(t + 1, 'twin/answered', { change, status, version }));
        if (isOpen) known = made.at(-1)?.version ?? 0;
        else if (known === Number.POSITIVE_INFINITY) made.push({ version, patch: step });
        change++;
      }
      for (let at = 0; at <= version; at++) {
        const desired = oracle.desiredAt(0, at);
        const upTo = made.filter((one) => one.version <= at);
        const should = upTo.reduce<Json>((document, { patch }) => mergePatch(document, patch), {});
        // Up to the next change that was answered nobody can tell whether the open one was made.
        if (at <= known) expect(sameJson(desired ?? undefined, should), `${at}`).toBe(true);
        else expect(desired).toBeNull();
      }
    }),
    { numRuns: 2000, seed: 5 },
  );
});

it('takes a hold at the version of a report for the change before it', () => {
  const oracle = new TwinOracle(null, true);
  const asked = { change: 0, writer: 0, from: -1, patch: '{"lid":2}' };
  oracle.step(entry(0, 'twin/asked', asked));
  oracle.step(entry(1, 'twin/answered', { change: 0, status: 200, version: 3 }));
  const held = { settings: '{"lid":2}', refused: '{}', why: 'taken over' };
  oracle.step(entry(2, 'twin/holds', { version: 7, ...held }));
  const [hold] = oracle.of(0).holds;
  expect(hold?.version).toBe(3);
  expect(hold && oracle.amiss(0, hold)).toEqual([]);
});

it('in a second run holds nothing against what the first has left', () => {
  const oracle = new TwinOracle(null, true);
  const asked = { change: 0, writer: 0, from: -1, patch: '{"lid":2}' };
  oracle.step(entry(0, 'twin/asked', asked));
  oracle.step(entry(1, 'twin/answered', { change: 0, status: 200, version: 43 }));
  const held = { settings: '{"lid":2,"light":7}', refused: '{}', why: 'end' };
  const [desired, reported] = ['{"lid":2,"light":5}', '{"lid":2,"light":7,"dim":3}'];
  oracle.step(entry(2, 'twin/read', { version: 44, known: 0, desired, reported }));
  oracle.step(entry(3, 'twin/holds', { version: 44, ...held }));
  // What was changed after the read says nothing of it either.
  oracle.step(entry(4, 'twin/asked', { change: 1, writer: 0, from: -1, patch: '{"light":6}' }));
  oracle.step(entry(5, 'twin/answered', { change: 1, status: 200, version: 45 }));
  expect(oracle.misKept(0)).toEqual([]);
  expect(oracle.misReported(0)).toEqual([]);
});

it('and yet sees what is wrong with what it has changed, or has set', () => {
  const oracle = new TwinOracle(null, true);
  for (const [change, patch] of ['{"lid":2}', '{"dim":null}'].entries()) {
    const t = change * 10;
    oracle.step(entry(t, 'twin/asked', { change, writer: 0, from: -1, patch }));
    oracle.step(entry(t + 1, 'twin/answered', { change, status: 200, version: 43 + change }));
  }
  const [desired, reported] = ['{"lid":1,"dim":4}', '{"light":6}'];
  oracle.step(entry(20, 'twin/read', { version: 44, known: 0, desired, reported }));
  const held = { settings: '{"light":7}', refused: '{}', why: 'end' };
  oracle.step(entry(30, 'twin/holds', { version: 44, ...held }));
  expect(oracle.misKept(0)?.map(({ name }) => name)).toEqual(['dim', 'lid']);
  expect(oracle.misReported(0)?.map(({ name }) => name)).toEqual(['light']);
});

it('makes a story once, however often it is asked', () => {
  const oracle = new TwinOracle(null, true);
  const held = { version: 3, settings: '{}', refused: '{}', why: 'taken over' };
  oracle.step(entry(2, 'twin/holds', held));
  const once = oracle.of(0);
  expect(oracle.of(0)).toBe(once);
  oracle.step(entry(3, 'twin/holds', held));
  expect(oracle.of(0).holds).toHaveLength(2);
});
