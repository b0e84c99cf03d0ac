/**
 * The judge's account of faults with proofs of a stranger: what they count adds up over lanes, what
 * they answer is weighed, and one that is missing or throws leaves its own fault undecided.
 */
import { describe, expect, it } from 'vitest';
import { OracleFailures } from '#oracles';
import faultEffective from '../checkers/fault-effective.ts';
import sessionKept from '../checkers/session-kept.ts';
import { UNCERTAIN } from '../link.ts';
import { aside, defineProof, no, type ProofKind, unseen, yes } from '../proof.ts';
import type { FaultResult } from '../result.ts';
import { told } from '../testing/fault-story.ts';
import type { Setting, Story } from '../testing/story.ts';
import { FaultBook } from './effects.ts';
import { weigh } from './weigh.ts';

/** Proves that every target sent something, and nothing else. */
const talked = (over: Partial<ProofKind> = {}): ProofKind => ({
  ...defineProof({
    kind: 'talked',
    summary: 'its targets talk while it acts',
    link: () => ({ ends: true }),
    witness: ({ fault }) => {
      const talkers = new Set<number>();
      return {
        ops: ['sent'],
        step: ({ t, device }) => {
          if (t >= fault.from && t <= fault.to) talkers.add(device);
        },
        end: () => ({ talkers: talkers.size }),
      };
    },
    read: ({ fault, counted }) => {
      const text = `${counted('talkers')} of ${fault.plan.devices.length} talked`;
      return [counted('talkers') === fault.plan.devices.length ? yes(text) : no(text)];
    },
  }),
  ...over,
});

const story = (setting: Setting = {}): Story =>
  told({ proof: { kind: 'talked' }, devices: [0, 1, 2] }, setting);

function effectBy(proofs: readonly ProofKind[], from = story()): FaultResult {
  const [fault] = from.judge([faultEffective], proofs).faults;
  if (fault === undefined) throw new Error('the story has no fault');
  return fault;
}

const throws = (): never => {
  throw new Error('out of ink');
};

describe('a proof that nobody here knew', () => {
  it('counts its targets over all lanes, and only them', () => {
    const known = { effective: true, evidence: '3 of 3 talked.' };
    expect(effectBy([talked()])).toMatchObject(known);
    expect(effectBy([talked()], story({ lanes: [2, 0, 1] }))).toMatchObject(known);
    const mute = story({ lanes: [2, 0, 1] }).drop(({ op, fields }) => {
      return op === 'sent' && fields.device === 2;
    });
    const silent = { effective: false, evidence: '2 of 3 talked.' };
    expect(effectBy([talked()], mute)).toMatchObject(silent);
  });

  it('decides the checker and, by what it states of links, what others must judge', () => {
    const setting: Setting = { entry: { session: 'persistent' } };
    const verdicts = (proofs: readonly ProofKind[]): unknown[] =>
      story(setting)
        .judge([faultEffective, sessionKept], proofs)
        .checkers.map(({ verdict }) => verdict);
    expect(verdicts([talked()])).toEqual(['pass', 'unknown']);
    expect(verdicts([talked({ link: () => ({}) })])).toEqual(['pass', 'not-applicable']);
    const forgetful = talked({ link: () => ({ ends: true, forgets: 'device' }) });
    expect(verdicts([forgetful])).toEqual(['pass', 'not-applicable']);
  });

  it.each([
    ['is missing', [], "There is no proof 'talked' here that could tell."],
    ['throws', [talked({ read: throws })], 'Its proof failed: out of ink.'],
    ['has a witness that cannot begin', [talked({ witness: throws })], 'Its proof failed: '],
    [
      'has a witness that throws on the way',
      [talked({ witness: () => ({ ops: ['sent'], step: throws, end: () => ({}) }) })],
      'Its proof failed: out of ink.',
    ],
    [
      'has a witness that throws at the end',
      [talked({ witness: () => ({ ops: [], end: throws }) })],
      'Its proof failed: out of ink.',
    ],
    ['has nothing to say', [talked({ read: () => [] })], 'Nobody was there to see it.'],
  ])('leaves its fault undecided when it %s', (_, proofs, evidence) => {
    expect(effectBy(proofs)).toMatchObject({
      effective: null,
      evidence: expect.stringContaining(evidence),
    });
    const { checkers, verdict } = story().judge([faultEffective], proofs);
    expect([checkers[0]?.verdict, verdict]).toEqual(['unknown', 'unknown']);
  });

  it('leaves everything about links uncertain when it is missing or throws', () => {
    const { plan } = story();
    const [fault] = plan.faults;
    if (fault === undefined) throw new Error('the story has no fault');
    const linkBy = (proofs: readonly ProofKind[]): unknown =>
      new FaultBook(plan, { faults: [] } as never, proofs, new OracleFailures()).linkOf(fault);
    expect(linkBy([])).toEqual(UNCERTAIN);
    expect(linkBy([talked({ link: throws })])).toEqual(UNCERTAIN);
    expect(linkBy([talked()])).toMatchObject({ ends: true, carries: { up: true, down: true } });
  });
});

describe('a fault that was not injected', () => {
  const without = (from: Story): Story => from.drop(({ op }) => op === 'fault');
  const never = { effective: false, evidence: 'It was never injected.' };
  const early = { effective: null, evidence: 'The run ended before its time.' };

  it('did nothing, where its time had come', () => {
    expect(effectBy([talked()], without(story()))).toMatchObject(never);
  });

  it('had no chance where the gate stayed shut, or the run ended before its time', () => {
    const shut = without(story()).change(
      ({ op }) => op === 'gate',
      ({ fields }) => ({ fields: { ...fields, open: false } }),
    );
    expect(effectBy([talked()], shut)).toMatchObject(early);
    const cut = (at: number): Story =>
      without(story())
        .drop(({ t }) => t > 6500)
        .add('phase', at, { begins: false, name: 'chaos' });
    expect(effectBy([talked()], cut(6999))).toMatchObject(early);
    expect(effectBy([talked()], cut(7000))).toMatchObject(never);
    const unbroken = without(story()).drop(({ t, op }) => t > 5999 && op === 'phase');
    expect(effectBy([talked()], unbroken)).toMatchObject(early);
  });
});

describe('a fault during which we stood still', () => {
  const blind = { effective: null, evidence: 'We stood still ourselves for most of it.' };
  const seen = { effective: true };
  /** Stalls by their ends in ms, and how long they were. */
  const blinded = (...stalls: readonly [number, number, string?][]): FaultResult => {
    const from = story();
    for (const [to, ms, process = 'shard-0'] of stalls) {
      from.add('stall', to, { us: ms * 1000, process });
    }
    return effectBy([talked()], from);
  };

  it('is undecided when that was for more than half of it', () => {
    expect(blinded([9000, 1500])).toMatchObject(seen);
    expect(blinded([9000, 1501])).toMatchObject(blind);
    expect(blinded([8000, 800], [9500, 701])).toMatchObject(blind);
  });

  it('counts only what lies in it, and each process by itself', () => {
    expect(blinded([8000, 6000])).toMatchObject(seen);
    expect(blinded([12_000, 3500])).toMatchObject(seen);
    expect(blinded([12_000, 3501])).toMatchObject(blind);
    expect(blinded([8000, 900, 'shard-0'], [8000, 900, 'shard-1'])).toMatchObject(seen);
  });
});

describe('the weight of answers', () => {
  it.each([
    ['one contradiction disproves', [yes('a'), yes('b'), no('c')], false, 'C.'],
    ['a yes proves', [yes('a')], true, 'A.'],
    ['more are counted', [yes('a'), yes('b'), yes('c')], true, 'A, and 2 more witnesses.'],
    ['half of them must have seen it', [yes('a'), unseen('b')], true, 'A.'],
    ['fewer are not enough', [yes('a'), unseen('b'), unseen('c')], null, 'A.'],
    ['the blind decide nothing', [unseen('b'), unseen('c')], null, 'B.'],
    ['an aside is told', [aside('d'), yes('a')], true, 'A. D.'],
    ['an aside decides nothing', [aside('d')], null, 'Nobody was there to see it. D.'],
  ])('%s', (_, answers, effective, evidence) => {
    expect(weigh(answers)).toEqual({ effective, evidence });
  });
});
