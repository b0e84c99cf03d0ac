/** A hole in our own ledger is ours: it makes the run invalid, and proves nothing of anybody. */
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#kernel';
import type { OracleKind } from '#oracles';
import { blocksOf } from '../../kernel/testing/ledger-blocks.ts';
import { type CheckerKind, defineChecker } from '../checker.ts';
import faultEffective from '../checkers/fault-effective.ts';
import harnessHealthy from '../checkers/harness-healthy.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import recovered from '../checkers/recovered.ts';
import type { Result } from '../result.ts';
import { ORACLES } from '../testing/oracles.ts';
import { PROOFS } from '../testing/proofs.ts';
import {
  about,
  faultPlan,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from '../testing/story.ts';
import { EvidenceBook } from './evidence.ts';
import type { Segment } from './segments.ts';

/** Two shards, of a lane and two devices each. */
const SPLIT: Setting = { lanes: [0, 1] };
const lostIn = (device: number): Story =>
  healthy(SPLIT).drop(about('stored', device, TELEMETRY, 5));

const verdictOf = (result: Result, id: string): string | undefined =>
  result.checkers.find((checker) => checker.id === id)?.verdict;

describe('a hole', () => {
  it('in a shard leaves its own lanes undecided, and proves what others lost', () => {
    const judged = (story: Story): Result => {
      story.unclosed = ['shard-0'];
      return story.judge([harnessHealthy, noAckedLoss]);
    };
    const hidden = judged(lostIn(0));
    expect(hidden.verdict).toBe('invalid');
    expect(verdictOf(hidden, 'no-acked-loss')).toBe('unknown');
    expect(hidden.checkers.find(({ id }) => id === 'no-acked-loss')?.summary).toContain(
      'undecided: our own ledger is not whole',
    );
    expect(judged(lostIn(1)).verdict).toBe('fail');
  });

  it("in the harness's own segment leaves everything undecided, and says when it broke off", () => {
    const story = lostIn(1);
    story.unclosed = ['harness'];
    const result = story.judge([harnessHealthy, noAckedLoss]);
    expect(result.verdict).toBe('invalid');
    expect(result.reasons[0]).toMatch(/^The run did not come to its end, .* at 23\.0 s \(drain\)/);
    expect(verdictOf(result, 'no-acked-loss')).toBe('unknown');
  });

  it('leaves open whether a fault happened, and how the fleet came back from it', () => {
    const faults = [faultPlan('dark', { devices: [0, 1] })];
    const story = healthy({ ...SPLIT, faults });
    tellFault(story, 'dark');
    story.drop(({ op, fields }) => op === 'fault' && fields.injected === false);
    story.unclosed = ['harness'];
    const result = story.judge([faultEffective, harnessHealthy]);
    expect(verdictOf(result, 'fault-effective')).toBe('unknown');
    expect(result.faults[0]).toMatchObject({
      effective: null,
      evidence: 'Our own ledger is not whole where it would tell.',
      recovery: null,
    });
    expect(result.reasons.join()).not.toMatch(/taken back|no effect/);
  });

  it('takes away what a halt proves', () => {
    const halted = (...unclosed: string[]): string => {
      const story = healthy(SPLIT).add('halt', 12_000, { why: 'connected was below 0.2' });
      return Object.assign(story, { unclosed }).judge([noAckedLoss]).reasons[0] ?? '';
    };
    const said = 'A stop condition halted the run at 12.0 s: connected was below 0.2';
    expect(halted()).toBe(`${said}.`);
    expect(halted('shard-1')).toBe(`${said}, but our own ledger is not whole.`);
  });

  it('leaves a share of the fleet open, since those that it hides count as well', () => {
    const params = { after: 'dark', share: 0.75, within: 1000 };
    const story = healthy({
      ...SPLIT,
      faults: [faultPlan('dark', { devices: [0, 1, 2, 3] })],
      expect: [{ checker: 'recovered', params }],
    });
    tellFault(story, 'dark');
    // Of the shard that is whole one never comes back: half of it, and a quarter of the fleet.
    story.add('offline', 7500, { device: 1, why: 'closed' });
    story.missingLane = 0;
    expect(verdictOf(story.judge([recovered]), 'recovered')).toBe('unknown');
  });

  it('is everybody’s who asks an oracle of the fleet, by whatever way', () => {
    const seesAll: OracleKind = {
      family: 'oracle',
      kind: 'all-notes',
      summary: 'sees the fleet',
      scope: 'fleet',
      ops: ['note'],
      start: () => ({ step: () => {} }),
    } as OracleKind;
    const between = {
      ...seesAll,
      kind: 'between',
      scope: 'lane',
      start: ({ of }: { of: (kind: string) => unknown }) => {
        of('all-notes');
        return { step: () => {} };
      },
    } as unknown as OracleKind;
    const far = {
      ...between,
      kind: 'far',
      start: ({ of }: { of: (kind: string) => unknown }) => {
        of('between');
        return { step: () => {} };
      },
    } as unknown as OracleKind;
    const asking = (...asks: string[]): CheckerKind =>
      defineChecker({
        ...noAckedLoss,
        kind: 'asking',
        asks,
        start: ({ of }) => {
          for (const kind of asks) of(kind);
          return { ops: [], end: () => brokenOnce().close() };
        },
      });
    const verdict = (checker: CheckerKind): string | undefined => {
      const story = healthy(SPLIT);
      story.unclosed = ['shard-1'];
      const result = story.judge([checker], PROOFS, [...ORACLES, seesAll, between, far]);
      return verdictOf(result, 'asking');
    };
    expect(verdict(asking('connections'))).toBe('fail');
    expect(verdict(asking('all-notes'))).toBe('unknown');
    expect(verdict(asking('between'))).toBe('unknown');
    expect(verdict(asking('far'))).toBe('unknown');
  });
});

function brokenOnce(): EvidenceBook {
  const book = new EvidenceBook();
  book.broken(() => ({ message: 'something is absent', devices: [], at: 1, witness: [] }));
  return book;
}

describe('a segment that cannot be opened', () => {
  it('is named with the reason, and nothing is proved of what it holds', () => {
    const story = lostIn(0);
    const segments = story.segments().map((segment) => {
      const bytes = Uint8Array.from(segment.source.read(0, segment.source.size));
      if (segment.name === 'shard-0') bytes[8] = 1;
      return { name: segment.name, source: bytesSource(bytes) };
    });
    story.segments = () => segments;
    const result = story.judge([harnessHealthy, noAckedLoss]);
    expect(result.verdict).toBe('invalid');
    expect(result.reasons.join()).toContain(
      'the segment shard-0 of the ledger cannot be read: it is of the ledger version 1',
    );
  });
});

describe('the sentences about it', () => {
  const told = (story: Story, change: (segments: Segment[]) => Segment[]): Result => {
    const segments = change(story.segments());
    story.segments = () => segments;
    return story.judge([harnessHealthy]);
  };

  it("name the harness's own segment when it is missing", () => {
    const { verdict, reasons } = told(healthy(), ([, ...shards]) => shards);
    expect(verdict).toBe('invalid');
    expect(reasons[0]).toMatch(/^Nobody tells of the run as a whole/);
    expect(reasons.join()).toContain("the harness's own segment of the ledger is not there");
  });

  it('take nothing for granted that a hole in it may hide', () => {
    const { reasons } = told(healthy(), ([harness, ...shards]) => {
      const bytes = harness?.source.read(0, harness.source.size) ?? new Uint8Array(0);
      const flipped = Uint8Array.from(bytes);
      const at = blocksOf(flipped)[0]?.to ?? 0;
      flipped[at - 1] = ~(flipped[at - 1] ?? 0);
      return [{ name: 'harness', source: bytesSource(flipped) }, ...shards];
    });
    expect(reasons).toEqual([expect.stringMatching(/segment harness of the ledger is damaged/)]);
  });

  it('say of an empty segment that it is empty, and of none that there is no ledger', () => {
    const silent = healthy(SPLIT).drop(
      ({ op, fields }) =>
        fields.device === 0 ||
        fields.device === 2 ||
        op === 'final-read' ||
        (op === 'observer' && fields.first === 0),
    );
    const { reasons } = told(silent, (segments) => segments);
    expect(reasons.join()).toContain('the segment shard-0 of the ledger is empty');
    const nothing = 'There is no ledger: nothing was run.';
    expect(told(healthy(), () => []).reasons).toContain(nothing);
    const garbage = { name: 'harness', source: bytesSource(new Uint8Array(9)) };
    expect(told(healthy(), () => [garbage]).reasons).not.toContain(nothing);
  });
});
