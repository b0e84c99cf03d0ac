/**
 * Faults that overlap on one link: what one of them hides is undecided of the other and never held
 * against it, what one of them explains never proves the other, and what neither hides decides.
 */
import { describe, expect, it } from 'vitest';
import type { FaultPlan } from '#kernel';
import type { FaultWindow } from '#oracles';
import recovered from '../checkers/recovered.ts';
import { UNCERTAIN } from '../link.ts';
import type { FaultResult } from '../result.ts';
import { faultPlan, hashFor, healthy, type Story, TELEMETRY, tellFault } from '../testing/story.ts';
import { seenBeside } from './beside.ts';

const KINDS: Readonly<Record<string, Partial<FaultPlan>>> = {
  partition: { proof: { kind: 'stalled', up: true, down: true } },
  latency: { proof: { kind: 'delayed', delayMs: 300, jitterMs: 0 } },
  bandwidth: { proof: { kind: 'paced', bytesPerSecond: 20_000 } },
  reset: { proof: { kind: 'closed' } },
  outage: { proof: { kind: 'refused' }, down: true },
  blackhole: { proof: { kind: 'swallowed' } },
  kill: { proof: { kind: 'target-down' }, acts: 'target' },
};

const delayed = (delayMs: number) => ({ kind: 'delayed', delayMs, jitterMs: 0 });

/** Both are injected and healed; what the probe says is the test's to tell. */
function both(...faults: readonly [keyof typeof KINDS, number, number][]): Story {
  const plans = faults.map(([kind, from, to]) =>
    faultPlan(String(kind), { devices: [1], from, to, ...KINDS[kind] }),
  );
  const story = healthy({ faults: plans });
  for (const { id } of plans) tellFault(story, id);
  return story.drop(({ op, t }) => (op === 'probe' || op === 'observed') && t > 6900 && t < 16_000);
}

/** Questions every 200 ms, from the first to the last, each answered after so long. */
function answers(story: Story, from: number, to: number, tookMs: number): Story {
  for (let t = from; t < to; t += 200) {
    story.add('probe', t + tookMs, { cohort: 0, value: tookMs * 1000, asked: 1, saw: 'pong' });
  }
  return story;
}

/** Questions that wait; each says how long so far. */
function silence(story: Story, from: number, to: number): Story {
  for (let t = from + 400; t < to; t += 200) {
    story.add('probe', t, { cohort: 0, value: (t - from) * 1000, asked: 1, saw: 'silent' });
  }
  return story;
}

const rate = (story: Story, t: number, value: number): Story =>
  story.add('probe', t, { cohort: 0, value, asked: 1, saw: 'rate' });

const saw = (story: Story, t: number, what: string): Story =>
  story.add('probe', t, { cohort: 0, saw: what });

const effectOf = (story: Story, id: string): FaultResult => {
  const found = story.judge([]).faults.find((one) => one.id === id);
  if (found === undefined) throw new Error(`there is no ${id}`);
  return found;
};

describe('a latency inside a partition', () => {
  /** All is held from 7 s to 13 s, and answered then. */
  const held = (): Story => {
    const story = silence(
      both(['partition', 7000, 13_000], ['latency', 9000, 11_000]),
      7100,
      13_000,
    );
    for (let t = 7100; t < 13_000; t += 200) {
      story.add('probe', 13_005, { cohort: 0, value: (13_005 - t) * 1000, asked: 1, saw: 'pong' });
    }
    return story;
  };

  it('is undecided and not ineffective, and says what hid it', () => {
    expect(effectOf(held(), 'latency')).toMatchObject({
      effective: null,
      evidence: expect.stringContaining('hiding it: partition.'),
    });
  });

  it('takes nothing from the proof of the partition where it explains too little', () => {
    expect(effectOf(held(), 'partition').effective).toBe(true);
  });
});

describe('a partition inside a latency', () => {
  const around = (): Story => both(['latency', 7000, 15_000], ['partition', 9000, 12_000]);
  const slow = (story: Story): Story =>
    answers(answers(story, 7300, 8300, 602), 12_500, 14_300, 602);

  it('proves both, each by what the other cannot explain', () => {
    const story = slow(silence(around(), 9100, 12_000));
    expect(effectOf(story, 'latency').effective).toBe(true);
    expect(effectOf(story, 'partition').effective).toBe(true);
  });

  it('is not proved by a silence that the latency explains', () => {
    const story = answers(around(), 7300, 14_300, 602);
    for (let t = 9500; t < 12_000; t += 200) {
      story.add('probe', t, { cohort: 0, value: 500_000, asked: 1, saw: 'silent' });
    }
    expect(effectOf(story, 'partition').effective).toBe(false);
  });

  /** Four seconds there and back, longer than the partition inside. */
  const long = (): Story => {
    const plans = [
      faultPlan('latency', { devices: [1], from: 7000, to: 15_000, proof: delayed(2000) }),
      faultPlan('partition', { devices: [1], from: 9000, to: 10_500, ...KINDS.partition }),
    ];
    const story = healthy({ faults: plans });
    for (const { id } of plans) tellFault(story, id);
    return story.drop(
      ({ op, t }) => (op === 'probe' || op === 'observed') && t > 6900 && t < 16_000,
    );
  };

  it('is not proved by waits that the latency alone would take past its end', () => {
    const waits = answers(long(), 7300, 11_000, 4002);
    for (let t = 9500; t < 10_500; t += 200) {
      waits.add('probe', t, { cohort: 0, value: 2_200_000, asked: 1, saw: 'silent' });
    }
    expect(effectOf(waits, 'partition').effective).toBeNull();
    const message = { device: 1, stream: TELEMETRY, n: 9, hash: hashFor(1, TELEMETRY, 9) };
    const late = long().add('observed', 12_050, { ...message, flags: 1, epoch: 1 });
    expect(effectOf(late, 'partition').effective).toBeNull();
  });

  it('does not prove a latency that was none: what was held is no delay', () => {
    const story = answers(answers(around(), 7300, 8300, 2), 12_500, 14_300, 2);
    for (let t = 9000; t < 12_000; t += 50) {
      story.add('probe', 12_005, { cohort: 0, value: (12_005 - t) * 1000, asked: 1, saw: 'pong' });
    }
    expect(effectOf(silence(story, 9100, 12_000), 'latency').effective).toBe(false);
  });
});

describe('a latency that varies, almost all of it under a partition', () => {
  /** Of 200 ms and 180 ms more or less, each way; only the first second is its own. */
  const alone = (...tookMs: number[]): Story => {
    const plans = [
      faultPlan('slow', {
        ...{ devices: [1], from: 7000, to: 13_000 },
        proof: { kind: 'delayed', delayMs: 200, jitterMs: 180 },
      }),
      faultPlan('dark', { devices: [1], from: 8000, to: 14_000, ...KINDS.partition }),
    ];
    const story = healthy({ faults: plans });
    for (const { id } of plans) tellFault(story, id);
    story.drop(({ op, t }) => op === 'probe' && t > 6900 && t < 16_000);
    tookMs.forEach((took, n) => {
      answers(story, 7260 + n * 50, 7300 + n * 50, took);
    });
    return silence(story, 8100, 14_000);
  };

  it('is not disproved by a few answers that may honestly be so quick', () => {
    expect(effectOf(alone(120), 'slow').effective).toBeNull();
    expect(effectOf(alone(10, 42, 120), 'slow').effective).toBeNull();
  });

  it('is disproved by a few answers that are all quicker than it lets through', () => {
    expect(effectOf(alone(10), 'slow').effective).toBe(false);
    expect(effectOf(alone(10, 12, 30), 'slow').effective).toBe(false);
  });

  it('is as little disproved by the one answer that another fault did not slow', () => {
    const limited = (...tookMs: number[]): Story => {
      const proof = { kind: 'delayed', delayMs: 200, jitterMs: 180 };
      const story = both(['latency', 7000, 9000], ['bandwidth', 7500, 12_000]);
      Object.assign(story.plan.faults[0] ?? {}, { proof });
      tookMs.forEach((took, n) => {
        answers(story, 7260 + n * 50, 7300 + n * 50, took);
      });
      return answers(story, 8700, 8800, 120);
    };
    expect(effectOf(limited(120), 'latency').effective).toBeNull();
    expect(effectOf(limited(20), 'latency').effective).toBe(false);
  });

  it('is disproved by enough answers, by most of them', () => {
    expect(effectOf(alone(10, 42, 120, 150, 160), 'slow').effective).toBe(false);
  });
});

describe('a latency and a limit at once', () => {
  const together = (): Story => both(['latency', 7000, 12_000], ['bandwidth', 7000, 12_000]);

  it('are both proved: the delay by the quickest answer, the rate by the time left to it', () => {
    // 8192 bytes at 20 kB/s take 410 ms, and 600 ms more there and back.
    const story = rate(
      answers(answers(together(), 7300, 9000, 606), 9000, 11_000, 950),
      9500,
      8110,
    );
    expect(effectOf(story, 'latency').effective).toBe(true);
    expect(effectOf(story, 'bandwidth').effective).toBe(true);
  });

  it('are not disproved by the one answer outside the other, which the heal cut short', () => {
    const story = both(['latency', 7000, 12_000], ['bandwidth', 7000, 11_500]);
    const cut = answers(answers(story, 7300, 11_200, 606), 11_900, 12_000, 80);
    expect(effectOf(cut, 'latency').effective).toBe(true);
  });

  it('are not proved by what the other one does', () => {
    const paced = rate(
      answers(answers(together(), 7300, 9000, 6), 9000, 11_000, 640),
      9500,
      20_000,
    );
    expect(effectOf(paced, 'latency').effective).not.toBe(true);
    const slow = rate(answers(together(), 7300, 11_000, 602), 9500, 13_608);
    expect(effectOf(slow, 'bandwidth').effective).not.toBe(true);
  });

  it('are disproved by what is quicker than either lets through', () => {
    const story = rate(answers(together(), 7300, 11_000, 6), 9500, 400_000);
    expect(effectOf(story, 'latency').effective).toBe(false);
    expect(effectOf(story, 'bandwidth').effective).toBe(false);
  });
});

describe('two latencies at once', () => {
  const two = (tookMs: number): Story => {
    const plans = [
      faultPlan('a', { devices: [1], from: 7000, to: 12_000, proof: delayed(300) }),
      faultPlan('b', { devices: [1], from: 7000, to: 12_000, proof: delayed(1000) }),
    ];
    const story = healthy({ faults: plans });
    for (const { id } of plans) tellFault(story, id);
    story.drop(({ op, t }) => op === 'probe' && t > 6900 && t < 16_000);
    return answers(story, 7300, 9000, tookMs);
  };
  it('add up, and each is proved by what the other does not explain', () => {
    expect(['a', 'b'].map((id) => effectOf(two(2602), id).effective)).toEqual([true, true]);
  });

  it('do not lend each other their effect', () => {
    expect(['a', 'b'].map((id) => effectOf(two(2002), id).effective)).toEqual([null, null]);
    expect(['a', 'b'].map((id) => effectOf(two(602), id).effective)).toEqual([null, false]);
  });
});

describe('a fault that ends inside another', () => {
  const dark = faultPlan('dark', { devices: [1], from: 7000, to: 14_500 });
  const cut = faultPlan('cut', { devices: [1], from: 9000, to: 10_000 });
  const away = (faults: FaultPlan[]): Story => {
    const params = { share: 1, within: 3000, after: 'cut' };
    const story = healthy({ faults, expect: [{ checker: 'recovered', params }] });
    for (const { id } of faults) tellFault(story, id);
    return story
      .add('offline', 9005, { device: 1, why: 'closed' })
      .add('online', 14_800, { device: 1, present: false });
  };

  it('is not blamed for who could not come back before that other one ended', () => {
    expect(away([dark, cut]).ask(recovered).verdict).toBe('unknown');
    expect(away([cut]).ask(recovered).verdict).toBe('fail');
  });
});

describe('what ends connections', () => {
  it('proves a reset inside a latency', () => {
    const story = both(['latency', 7000, 15_000], ['reset', 9000, 12_000]);
    expect(effectOf(saw(story, 9300, 'closed'), 'reset').effective).toBe(true);
  });

  it('proves no reset where an outage explains it', () => {
    const story = both(['outage', 7000, 15_000], ['reset', 9000, 12_000]);
    saw(saw(story, 7005, 'closed'), 9300, 'refused').add('offline', 9400, {
      device: 1,
      why: 'closed',
    });
    expect(effectOf(story, 'reset').effective).toBeNull();
  });

  it('proves no kill of the target to whom a link was cut off anyway', () => {
    const story = both(['outage', 7000, 15_000], ['kill', 9000, 12_000])
      .add('target', 9005, { is: 'killed' })
      .add('target', 12_000, { is: 'accepting' });
    const noticed = saw(story, 9300, 'refused').add('offline', 9400, { device: 1, why: 'closed' });
    expect(effectOf(noticed, 'kill').effective).toBe(false);
    expect(effectOf(story.add('target', 9010, { is: 'refusing' }), 'kill').effective).toBe(true);
  });

  it('proves an outage inside a partition, which refuses nobody', () => {
    const story = silence(both(['partition', 7000, 15_000], ['outage', 9000, 12_000]), 7100, 8900);
    saw(saw(saw(story, 9005, 'closed'), 9300, 'refused'), 15_100, 'connected');
    expect(effectOf(story, 'outage').effective).toBe(true);
    expect(effectOf(story, 'partition').effective).toBe(true);
  });

  it('proves no blackhole by a silence of a partition', () => {
    const story = both(['partition', 7000, 15_000], ['blackhole', 9000, 12_000]);
    expect(effectOf(silence(story, 7100, 12_000), 'blackhole').effective).toBeNull();
  });
});

describe('what acted while a probe waited', () => {
  const other: FaultWindow = {
    id: 'other',
    plan: faultPlan('other'),
    from: 0,
    to: 9_800_000,
    injected: true,
    healed: true,
  };
  const isBeside = (text: string, t: number, b: number): boolean => {
    const around = { linkOf: () => UNCERTAIN, bulkBytes: 10 };
    const [seen] = seenBeside([{ text, t, b }], [other], around);
    return seen?.beside !== undefined;
  };

  it('is seen a quarter of a second longer, from the question to its answer', () => {
    expect(isBeside('pong', 12_000_000, 1_950_000)).toBe(false);
    expect(isBeside('pong', 12_000_000, 1_950_001)).toBe(true);
    expect(isBeside('closed', 10_049_999, 0)).toBe(true);
    expect(isBeside('closed', 10_050_000, 0)).toBe(false);
  });

  it('is seen as long as the bytes of a rate took, of which one came in a second at least', () => {
    for (const slowest of [0, 1]) expect(isBeside('rate', 20_049_999, slowest)).toBe(true);
    expect(isBeside('rate', 20_050_000, 1)).toBe(false);
    expect(isBeside('rate', 15_049_999, 2)).toBe(true);
    expect(isBeside('rate', 15_050_000, 2)).toBe(false);
  });
});
