/**
 * Every file in this folder is a proof that can say yes, no and neither, and that never says yes
 * where nothing happened. Its stories lie in testing/proof-stories/, in a file of the same name.
 */
import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FaultResult } from '../result.ts';
import { type ProofStories, told, withFault } from '../testing/fault-story.ts';
import { PROOFS, statedLink } from '../testing/proofs.ts';
import { faultPlan, healthy, Story } from '../testing/story.ts';

const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();

const storiesOf = async (kind: string): Promise<ProofStories | null> => {
  const file = new URL(`../testing/proof-stories/${kind}.ts`, import.meta.url);
  if (!existsSync(file)) return null;
  return ((await import(file.href)) as { default: ProofStories }).default;
};

const cases = await Promise.all(
  PROOFS.map(async (proof) => ({ kind: proof.kind, proof, stories: await storiesOf(proof.kind) })),
);

function effectIn(story: Story): FaultResult {
  const [fault] = story.judge([]).faults;
  if (fault === undefined) throw new Error('the story has no fault');
  return fault;
}

it('reads the folder', () => {
  expect(PROOFS.map(({ kind }) => kind)).toEqual(files);
  expect(files).not.toHaveLength(0);
});

describe.each(cases)('$kind', ({ kind, proof, stories }) => {
  it('says what it proves, and has stories', () => {
    expect(proof.family).toBe('proof');
    expect(proof.summary).toMatch(/^\S.{10,}[^.]$/);
    expect(stories, `no reports/testing/proof-stories/${kind}.ts`).not.toBeNull();
    expect(stories?.fault.proof.kind).toBe(kind);
    for (const told of [stories?.happened, stories?.idle, stories?.unseen]) {
      expect(Object.keys(told ?? {})).not.toHaveLength(0);
    }
  });

  it('states the same of a link each time, and nothing that contradicts itself', () => {
    const fault = Object.freeze(faultPlan('f', stories?.fault));
    expect(proof.link(fault)).toEqual(proof.link(fault));
    const link = statedLink(fault);
    if (link.cuts) expect(link.ends).toBe(true);
    // Who has lost its memory was not there to get anything.
    const isGone = link.forgets !== 'nobody' || (link.refuses && link.ends);
    if (isGone) expect(link.carries).toEqual({ up: false, down: false });
  });

  it('says no yes to a fault that did nothing, was never injected, or left no ledger', () => {
    const fault = stories?.fault ?? {};
    expect(effectIn(told(fault)).effective).not.toBe(true);
    expect(effectIn(healthy(withFault(fault)))).toMatchObject({ effective: false });
    expect(effectIn(new Story(withFault(fault))).effective).toBeNull();
  });

  it.each(Object.entries(stories?.happened ?? {}))('happened: %s', (_, story) => {
    expect(effectIn(story())).toMatchObject({ effective: true, evidence: SENTENCES });
  });

  it.each(Object.entries(stories?.idle ?? {}))('did nothing: %s', (_, story) => {
    expect(effectIn(story())).toMatchObject({ effective: false, evidence: SENTENCES });
  });

  it.each(Object.entries(stories?.unseen ?? {}))('leaves open: %s', (_, story) => {
    expect(effectIn(story())).toMatchObject({ effective: null, evidence: SENTENCES });
  });
});

const SENTENCES = expect.stringMatching(/^[A-Z0-9].*\.$/);
