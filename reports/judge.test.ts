import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#kernel';
import { type CheckerKind, defineChecker } from './checker.ts';
import conservation from './checkers/conservation.ts';
import exactlyOnce from './checkers/exactly-once.ts';
import faultEffective from './checkers/fault-effective.ts';
import harnessHealthy from './checkers/harness-healthy.ts';
import noAckedLoss from './checkers/no-acked-loss.ts';
import notVacuous from './checkers/not-vacuous.ts';
import { judge } from './judge.ts';
import { EvidenceBook } from './judging/evidence.ts';
import { resultJsonSchema } from './result-schema.ts';
import { ORACLES } from './testing/oracles.ts';
import { PROOFS } from './testing/proofs.ts';
import {
  about,
  faultPlan,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from './testing/story.ts';

const CORE = [conservation, exactlyOnce, faultEffective, harnessHealthy, noAckedLoss, notVacuous];

/** A checker that decides whatever it is told. */
function oracleOf(
  told: { obligations: number; decided: number; broken?: number },
  over: Partial<CheckerKind> = {},
): CheckerKind {
  return defineChecker({
    kind: 'told',
    title: 'Told',
    refs: [],
    summary: 'Says what it is told.',
    judges: 'always',
    broken: 'fail',
    params: {},
    applies: () => true,
    start: () => ({ ops: [], end: () => new EvidenceBook().close() }),
    conclude: () => {
      const book = new EvidenceBook();
      book.kept(told.decided);
      book.doubt('told so', told.obligations - told.decided);
      for (let i = 0; i < (told.broken ?? 0); i++) {
        book.also(() => ({ message: `finding ${i}`, devices: [], at: i, witness: [] }));
      }
      return book.close();
    },
    say: () => 'Said.',
    ...over,
  });
}

const lossy = (): Story => healthy().drop(about('stored', 1, TELEMETRY, 5));

describe('a verdict', () => {
  it('is a pass when all is well, with a reason', () => {
    const result = healthy().judge(CORE);
    expect(result).toMatchObject({ verdict: 'pass', exitCode: 0 });
    expect(result.reasons).toEqual(['4 checkers passed; none failed and none was left undecided.']);
  });

  it.each([
    ['nothing decided', { obligations: 10, decided: 0 }, 'unknown'],
    ['nothing came up', { obligations: 0, decided: 0 }, 'unknown'],
    ['more than 5 % open', { obligations: 100, decided: 94 }, 'unknown'],
    ['exactly 5 % open', { obligations: 100, decided: 95 }, 'pass'],
    ['one violation among much that is open', { obligations: 100, decided: 1, broken: 1 }, 'fail'],
  ] as const)('of a checker: %s', (_, told, verdict) => {
    expect(healthy().ask(oracleOf(told)).verdict).toBe(verdict);
  });

  it('is not applicable without a planned obligation, and unknown when expected all the same', () => {
    const told = oracleOf({ obligations: 0, decided: 0 }, { applies: () => false });
    expect(healthy().ask(told).verdict).toBe('not-applicable');
    const setting: Setting = { expect: [{ checker: 'told', params: {} }] };
    expect(healthy(setting).ask(told)).toMatchObject({ verdict: 'unknown', expected: true });
  });

  it('is a fail for what came up broken although nothing was planned', () => {
    const told = oracleOf({ obligations: 1, decided: 1, broken: 1 }, { applies: () => false });
    expect(healthy().ask(told).verdict).toBe('fail');
  });

  it('orders fail over invalid over unknown over pass', () => {
    const unknown = oracleOf({ obligations: 1, decided: 0 }, { kind: 'u' });
    const invalid = oracleOf(
      { obligations: 1, decided: 1, broken: 1 },
      { kind: 'i', broken: 'invalid' },
    );
    const fail = oracleOf({ obligations: 1, decided: 1, broken: 1 }, { kind: 'f' });
    const pass = oracleOf({ obligations: 1, decided: 1 }, { kind: 'p' });
    const verdictOf = (...checkers: CheckerKind[]): string => healthy().judge(checkers).verdict;
    expect(verdictOf(pass)).toBe('pass');
    expect(verdictOf(pass, unknown)).toBe('unknown');
    expect(verdictOf(pass, unknown, invalid)).toBe('invalid');
    expect(verdictOf(pass, unknown, invalid, fail)).toBe('fail');
    expect(healthy().judge([pass, unknown, invalid, fail]).reasons).toEqual([
      'f: finding 0',
      'i: finding 0',
      'u: Nothing could be decided. 1 undecided: told so.',
    ]);
  });

  it.each([
    ['never fired', 0, 'unknown', /The planted bug flaws-it never fired/],
    ['was counted by nobody', null, 'unknown', /Whether the planted bug flaws-it .* not known/],
    ['fired', 3, 'pass', /4 checkers passed/],
  ])('with a planted bug that %s', (_, fired, verdict, words) => {
    const inTarget = healthy({ target: { mutant: 'flaws-it' } });
    const inDevices = healthy();
    inDevices.plan.firmware = 'flaws-it';
    for (const story of [inTarget, inDevices]) {
      if (fired !== null) story.add('mutant', 23_500, { fired, mutant: 'flaws-it' });
      const result = story.judge(CORE);
      expect(result).toMatchObject({ verdict, mutantFired: fired });
      expect(result.reasons).toEqual([expect.stringMatching(words)]);
      expect(story.drop(about('stored', 1, TELEMETRY, 5)).judge(CORE).verdict).toBe('fail');
    }
    expect(healthy().judge(CORE)).not.toHaveProperty('mutantFired');
  });

  it('is unknown for an expectation that nobody can judge', () => {
    const setting: Setting = { expect: [{ checker: 'twin-converged', params: {} }] };
    const result = healthy(setting).judge(CORE);
    expect(result.verdict).toBe('unknown');
    expect(result.reasons[0]).toContain('twin-converged');
  });

  it('is unknown when a checker throws, and the others are judged all the same', () => {
    const broken = oracleOf(
      { obligations: 1, decided: 1 },
      {
        kind: 'broken',
        start: () => ({
          ops: ['sent'],
          step: () => {
            throw new Error('out of ink');
          },
          end: () => new EvidenceBook().close(),
        }),
      },
    );
    const result = lossy().judge([...CORE, broken]);
    const answer = result.checkers.find((one) => one.id === 'broken');
    expect(answer).toMatchObject({
      verdict: 'unknown',
      summary: 'The checker failed: out of ink.',
    });
    expect(result.verdict).toBe('fail');
  });

  it('says why a list could not be read back where something is unknown', () => {
    const told = (decided: number) => {
      const unread = { port: 'echo', why: 'the target answered with status 500 (out of ink)' };
      const story = healthy().add('unread', 23_400, unread).add('unread', 23_500, unread);
      return story.judge([oracleOf({ obligations: 10, decided })]);
    };
    const why =
      'The list of echo could not be read to its end: ' +
      'the target answered with status 500 (out of ink).';
    expect(told(0)).toMatchObject({ verdict: 'unknown', reasons: [expect.any(String), why] });
    expect(told(10)).toMatchObject({
      verdict: 'pass',
      reasons: [expect.stringMatching('1 checker passed')],
    });
    for (const { biases } of [told(0), told(10)]) expect(biases).toContain(why);
  });

  it('says of what the target was lost, next to the first reason', () => {
    const why = 'the platform twin ended with 4: out of ink; see log/target.log';
    const text = `The target was lost: ${why}.`;
    const result = lossy().add('lost', 12_000, { why }).judge(CORE);
    expect(result).toMatchObject({ verdict: 'fail', reasons: [expect.any(String), text] });
    expect(healthy().add('lost', 12_000, { why }).judge(CORE)).toMatchObject({
      verdict: 'pass',
      biases: expect.arrayContaining([text]),
    });
  });

  it('is never a pass without any checker', () => {
    expect(healthy().judge([]).verdict).toBe('unknown');
  });
});

describe('the run itself', () => {
  it('is invalid when the steady state never came', () => {
    const story = healthy().change(
      (event) => event.op === 'gate',
      () => ({ fields: { open: false, figures: 'connected 40 % of 95 %' } }),
    );
    const result = story.judge(CORE);
    expect(result).toMatchObject({ verdict: 'invalid', exitCode: 4 });
    expect(result.reasons[0]).toBe('The steady state never came: connected 40 % of 95 %.');
  });

  it('says what kept the steady state from coming, as the devices were told it', () => {
    const story = healthy().change(
      (event) => event.op === 'gate',
      () => ({ fields: { open: false, figures: 'connected 4.5 % of 95 %' } }),
    );
    for (let k = 0; k < 30; k++) {
      const why = k < 20 ? 'protocol: PUBACK for a QoS 2 publish' : 'closed';
      story.add('offline', 3000 + k, { device: k % 4, why });
    }
    story
      .add('connect-failed', 3500, { device: 1, why: '5 not authorized' })
      .add('subscribed', 3600, { device: 1, granted: 128 })
      .add('offline', 3700, { device: 1, why: 'planned: sleep' })
      .add('offline', 9000, { device: 1, why: 'keep-alive' });
    const forbidden = 'the target sent what the protocol forbids';
    // That it is forbidden is a finding as well, and weighs more.
    expect(story.judge(CORE).reasons[1]).toBe(
      [
        'The steady state never came: connected 4.5 % of 95 %',
        `20 connections ended: ${forbidden}: PUBACK for a QoS 2 publish`,
        '10 connections ended: the target closed them',
        'the target refused 1 subscription',
        '1 attempt to connect failed: 5 not authorized.',
      ].join('; '),
    );
  });

  it('is invalid when it ended before its steady state, or before its time', () => {
    const early = healthy().drop((event) => event.op === 'gate');
    expect(early.judge(CORE).verdict).toBe('invalid');
    const cut = healthy().drop(
      ({ op, fields }) => op === 'gate' || (op === 'phase' && fields.name === 'settle'),
    );
    expect(cut.judge(CORE).reasons[0]).toMatch(
      /^The run was stopped by hand before its steady state was judged, at [\d.]+ s/,
    );
    const stopped = healthy().drop(
      (event) => event.op === 'phase' && event.fields.name === 'settle',
    );
    expect(stopped.judge(CORE).reasons[0]).toContain('stopped before its time');
  });

  it('says what may have saturated us, and what to do about it', () => {
    const saturated = healthy({ gear: 'real' });
    for (let t = 2500; t < 19_000; t += 1000)
      saturated.add('health', t, { lagUs: 250_000, process: 'shard-0' });
    const [why] = saturated.judge(CORE).reasons;
    for (const word of ['shard-0 was saturated', 'busy machine', '--devices N', 'plan --gear real'])
      expect(why).toContain(word);
  });

  it('says first what a run broke off for', () => {
    const lost = healthy().add('broke-off', 12_000, { why: 'shard-1 ended with SIGKILL' });
    const { verdict, reasons } = lost.judge(CORE);
    expect([verdict, reasons[0]]).toEqual([
      'invalid',
      'The run broke off at 12.0 s: shard-1 ended with SIGKILL.',
    ]);
  });

  it('fails when a stop condition halted it, unless we stood still ourselves', () => {
    const setting: Setting = {
      stopWhen: [{ metric: 'connected', below: 0.2, above: null, forMs: 3000 }],
    };
    const halted = (): Story =>
      healthy(setting).add('halt', 12_000, { why: 'connected was below 0.2 for 3s' });
    expect(halted().judge(CORE)).toMatchObject({ verdict: 'fail', exitCode: 1 });
    const stalled = halted().add('stall', 10_500, { us: 400_000, process: 'shard-0' });
    expect(stalled.judge(CORE).verdict).toBe('invalid');
    const before = halted().add('stall', 7000, { us: 400_000, process: 'shard-0' });
    expect(before.judge(CORE).verdict).toBe('fail');
  });

  it('is not failed by a halt that a checker of ourselves takes the proof of', () => {
    const halted = healthy().add('halt', 12_000, { why: 'connected was below 0.2 for 3s' });
    const bad = { obligations: 1, decided: 1, broken: 1 };
    const told = (over: Partial<CheckerKind>): string =>
      halted.judge([oracleOf(bad, { broken: 'invalid', ...over })]).verdict;
    expect(told({})).toBe('fail');
    expect(told({ doubtsHalts: true })).toBe('invalid');
  });

  it('is invalid without a ledger, and with one that cannot be read', () => {
    const { plan } = healthy();
    const nothing = judge({
      plan,
      planSha256: 'sha',
      segments: [],
      checkers: CORE,
      proofs: PROOFS,
      oracles: ORACLES,
    });
    expect(nothing.verdict).toBe('invalid');
    expect(nothing.messages.intended).toBe(76);
    const source = bytesSource(new TextEncoder().encode('not a ledger at all'));
    const garbage = judge({
      plan,
      planSha256: 'sha',
      segments: [{ name: 'shard-0', source }],
      checkers: CORE,
      proofs: PROOFS,
      oracles: ORACLES,
    });
    expect(garbage.verdict).toBe('invalid');
  });

  it('is invalid when the ledger belongs to another plan', () => {
    const story = healthy();
    const result = judge({
      plan: story.plan,
      planSha256: 'another',
      segments: story.segments(),
      checkers: CORE,
      proofs: PROOFS,
      oracles: ORACLES,
    });
    expect(result.verdict).toBe('invalid');
  });

  it('is invalid when it went on beyond its bound, whatever it was at, and says so', () => {
    const beyond = 'went on beyond its bound of 1m';
    const hanging = healthy()
      .drop(({ t, op }) => op === 'phase' && t >= 16_000)
      .add('phase', 60_000, { begins: false, name: 'chaos' })
      .add('phase', 60_000, { begins: true, name: 'drain' })
      .add('phase', 60_001, { begins: false, name: 'drain' });
    expect(hanging.judge(CORE).reasons[0]).toContain(beyond);
    const draining = healthy()
      .drop(({ t, op }) => op === 'phase' && t >= 20_000)
      .add('phase', 59_000, { begins: false, name: 'settle' })
      .add('phase', 59_000, { begins: true, name: 'drain' })
      .add('phase', 60_000, { begins: false, name: 'drain' });
    expect(draining.judge(CORE)).toMatchObject({ verdict: 'invalid', exitCode: 4 });
    expect(draining.judge(CORE).reasons[0]).toContain(beyond);
  });

  it('is not whole when it was stopped while it settled, or while it drained', () => {
    const cutAt = (t: number): Story => {
      const story = healthy().drop((event) => event.t > t && event.op === 'phase');
      const names = ['settle', 'drain'];
      for (const [k, name] of names.entries())
        if (
          !story.events.some(
            ({ op, fields }) => op === 'phase' && fields.name === name && fields.begins === true,
          )
        )
          story
            .add('phase', t + k, { begins: true, name })
            .add('phase', t + k + 1, { begins: false, name });
      return story;
    };
    const settling = cutAt(17_000).add('phase', 17_001, { begins: false, name: 'settle' });
    // The drain that it was ended with is not where it was stopped.
    expect(settling.judge(CORE).reasons.join()).toContain('before its time, at 17.0 s (settle)');
    const draining = cutAt(20_500).add('phase', 20_501, { begins: false, name: 'drain' });
    expect(draining.judge(CORE).reasons.join()).toContain('before its time, at 20.5 s (drain)');
    const open = healthy().drop(({ t, op }) => op === 'phase' && t > 20_000);
    expect(open.judge(CORE).reasons.join()).toContain('stopped before its time');
    expect(healthy().judge(CORE).verdict).toBe('pass');
  });

  it('loses no verdict to a torn tail but the ones it held', () => {
    const story = lossy();
    story.torn = 7;
    const result = story.judge(CORE);
    expect(result.verdict).toBe('invalid');
    expect(result.messages.intended).toBe(76);
    expect(result.reasons.join()).toContain('torn');
  });
});

describe('the result', () => {
  const rich = (): Story => {
    const story = healthy({
      lanes: [3, 1, 2],
      faults: [faultPlan('dark', { devices: [0, 1] })],
      entry: { retainStatus: true },
    });
    tellFault(story, 'dark');
    return story
      .drop(about('stored', 2, TELEMETRY, 4))
      .add('offline', 7500, { device: 1, why: 'closed' })
      .add('state', 7500, { device: 1, state: 'connection.backoff' })
      .add('connect', 10_100, { device: 1, attempt: 1 })
      .add('online', 10_200, { device: 1, present: false })
      .add('state', 10_200, { device: 1, state: 'connection.online' });
  };

  it('follows its schema', () => {
    const ajv = new Ajv2020({ strict: false });
    const validate = ajv.compile(resultJsonSchema);
    for (const story of [rich(), healthy(), healthy().drop(() => true)]) {
      validate(story.judge(CORE));
      expect(validate.errors ?? []).toEqual([]);
    }
  });

  it('puts every intended message into one class', () => {
    const { messages } = rich().judge(CORE);
    const { delivered, lost, refused, notSent, info } = messages;
    expect(messages.intended).toBe(80);
    expect(delivered + lost + refused + notSent + info).toBe(80);
    expect(lost).toBe(1);
  });

  it('does not depend on the order of segments or on how lanes were shared out', () => {
    const story = rich();
    const { plan } = story;
    const segments = story.segments();
    const forward = judge({
      plan,
      planSha256: 'sha',
      segments,
      checkers: CORE,
      proofs: PROOFS,
      oracles: ORACLES,
    });
    const backward = judge({
      plan,
      planSha256: 'sha',
      segments: [...segments].reverse(),
      checkers: [...CORE].reverse(),
      proofs: [...PROOFS].reverse(),
      oracles: [...ORACLES].reverse(),
    });
    expect(JSON.stringify(backward)).toBe(JSON.stringify(forward));
    for (const shards of [[[1, 2, 3]], [[3, 1], [2]]]) {
      story.shards = shards;
      const shared = judge({
        plan,
        planSha256: 'sha',
        segments: story.segments(),
        checkers: CORE,
        proofs: PROOFS,
        oracles: ORACLES,
      });
      expect(JSON.stringify(shared)).toBe(JSON.stringify(forward));
    }
  });

  it('says how the fleet came back and which states it saw', () => {
    const result = rich().judge(CORE);
    expect(result.faults[0]).toMatchObject({ id: 'dark', targets: 2, from: 7000, to: 10_000 });
    expect(result.faults[0]?.recovery).toMatchObject({
      disconnectedShare: 0.5,
      detectMs: 500,
      to50Ms: 0,
      to100Ms: 200,
    });
    expect(result.coverage.transitions).toContainEqual({
      from: 'connection.backoff',
      to: 'connection.online',
      count: 1,
    });
    const backoff = result.coverage.states.find((one) => one.state === 'connection.backoff');
    expect(backoff).toEqual({
      state: 'connection.backoff',
      visits: 1,
      devices: 1,
      during: { dark: 1 },
    });
  });

  it('measures latency from the intended time, by phase', () => {
    const { latency, series } = healthy().judge(CORE);
    expect(latency.map((row) => row.phase)).toEqual([
      'warmup',
      'steady',
      'chaos',
      'settle',
      'drain',
      'all',
    ]);
    expect(latency[1]).toMatchObject({ count: 16, p50: 5, max: 5 });
    // From the steady phase on, like an objective over `all`.
    expect(latency.at(-1)?.count).toBe(72);
    const rate = series.find((one) => one.name === 'rate');
    const seen = (rate?.values ?? []).reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect(Math.round(seen * ((rate?.step ?? 0) / 1000))).toBe(76);
  });
});
