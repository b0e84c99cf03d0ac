/** A return explains a duplicate only of what was under way when the connection before it ended. */
import { describe, expect, it } from 'vitest';
import {
  answerNumber,
  type FaultPlan,
  FLAG,
  GATEWAY_OPS,
  type StreamPlan,
  type TargetTrouble,
} from '#kernel';
import {
  about,
  COMMAND,
  faultPlan,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from '../testing/story.ts';
import duplicatesExplained from './duplicates-explained.ts';

/** Device 1 gets command 4 at 11.005 s. */
const COMMANDED: Setting = {
  entry: { session: 'persistent' },
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
};

const returnOf = (story: Story, device: number, from: number, to: number): Story =>
  story
    .add('offline', from, { device, why: 'closed' })
    .add('connect', to - 20, { device, attempt: 0 })
    .add('online', to, { device, present: true });

const returned = (story: Story, from: number, to: number): Story => returnOf(story, 1, from, to);

const gotAgain = (story: Story, ...times: number[]): Story => {
  for (const t of times) {
    story.add('received', t, {
      ...{ device: 1, stream: COMMAND, n: 4, hash: hashFor(1, COMMAND, 4), flags: 17 },
    });
  }
  return story;
};

const observerAway = (story: Story, from: number, to: number): Story =>
  story
    .add('observer', from, { up: false, first: 0, lanes: 1, why: 'closed' })
    .add('observer', to, { up: true, first: 0, lanes: 1, why: 'session-present' });

/** Reading 7 of device 1 is seen at 8.015 s, and again. */
const seenAgain = (story: Story, t: number): Story =>
  story.add('observed', t, {
    ...{ device: 1, stream: TELEMETRY, n: 7, hash: hashFor(1, TELEMETRY, 7), flags: 17, epoch: 1 },
  });

const asked = (story: Story) => {
  const { verdict, findingCount } = story.ask(duplicatesExplained);
  return [verdict, findingCount];
};

describe('a command that comes again after a return', () => {
  it('had just been got when the connection ended', () => {
    expect(asked(gotAgain(returned(healthy(COMMANDED), 11_900, 12_500), 12_510))).toEqual([
      'pass',
      0,
    ]);
  });

  it('had been acknowledged long before', () => {
    const story = gotAgain(returned(healthy(COMMANDED), 17_500, 18_000), 18_010);
    expect(asked(story)).toEqual(['fail', 1]);
  });

  it('comes once for one return, and not each time anew', () => {
    const story = returned(healthy(COMMANDED), 11_900, 12_500);
    expect(asked(gotAgain(story, 12_510, 12_520))).toEqual(['fail', 1]);
  });

  it('comes once more for each return, where each cut off its acknowledgement', () => {
    const story = returned(returned(healthy(COMMANDED), 11_900, 12_500), 12_900, 13_500);
    expect(asked(gotAgain(story, 12_510, 13_510))).toEqual(['pass', 0]);
  });

  it('was got over a link that swallowed acknowledgements until the connection ended', () => {
    const swallowed = (devices: number[]): Story => {
      const story = healthy({
        ...COMMANDED,
        faults: [faultPlan('dark', { from: 10_900, devices })],
      });
      story.plan.faults[0] = { ...faultPlan('dark', { from: 10_900, devices }), to: 17_500 };
      tellFault(story, 'dark');
      return gotAgain(returned(story, 17_400, 18_000), 18_010);
    };
    expect(asked(swallowed([1]))).toEqual(['pass', 0]);
    expect(asked(swallowed([2]))).toEqual(['fail', 1]);
  });

  it('had been acknowledged long before its link was disturbed', () => {
    const disturbed = (windows: readonly Partial<FaultPlan>[], end = 18_200): Story => {
      const faults = windows.map((window, k) => faultPlan(`p${k}`, { devices: [1], ...window }));
      const story = healthy({ ...COMMANDED, faults });
      for (const { id } of faults) tellFault(story, id);
      return gotAgain(returned(story, end, end + 500), end + 510);
    };
    const held = { from: 10_900, to: 14_000 };
    expect(asked(disturbed([{ from: 16_500, to: 19_000 }]))).toEqual(['fail', 1]);
    expect(asked(disturbed([{ from: 15_500, to: 19_000 }]))).toEqual(['pass', 0]);
    expect(asked(disturbed([held], 18_900))).toEqual(['pass', 0]);
    expect(asked(disturbed([held], 19_200))).toEqual(['fail', 1]);
    expect(asked(disturbed([{ from: 18_000, to: 19_000 }, held], 19_200))).toEqual(['pass', 0]);
  });

  it('was acknowledged over a link that was slow for a while', () => {
    const slowBy = (delayMs: number): Story => {
      const proof = { kind: 'delayed', delayMs };
      const slow = faultPlan('slow', { from: 10_900, to: 11_500, devices: [1], proof });
      const story = healthy({ ...COMMANDED, faults: [slow] });
      tellFault(story, 'slow');
      return gotAgain(returned(story, 17_500, 18_000), 18_010);
    };
    expect(asked(slowBy(100))).toEqual(['fail', 1]);
    expect(asked(slowBy(1000))).toEqual(['pass', 0]);
  });

  it('was got over a link so slow that its acknowledgement may have been under way', () => {
    const story = healthy(COMMANDED);
    const profile = { name: 'moon', delayMs: 2000, jitterMs: 500, bytesPerSecond: 0 };
    const [cohort] = story.plan.cohorts;
    if (cohort !== undefined) cohort.profile = profile;
    expect(asked(gotAgain(returned(story, 17_500, 18_000), 18_010))).toEqual(['pass', 0]);
  });

  it('waited for the device, and then comes twice', () => {
    const story = returned(healthy(COMMANDED), 10_500, 11_800);
    story.change(about('received', 1, COMMAND, 4), () => ({ t: 11_810 }));
    expect(asked(gotAgain(story, 11_820))).toEqual(['fail', 1]);
  });
});

describe('a command that a gateway keeps until its child listens', () => {
  /** Brought at these times; the child gets each long after. */
  const kept = (story: Story, ...times: number[]): Story => {
    for (const t of times) {
      story.add('gateway/brought', t, { device: 0, child: 1, stream: COMMAND, n: 4, bytes: 20 });
    }
    return gotAgain(story, 23_200);
  };
  const carried = (): Story => {
    const ops = { 'gateway/brought': GATEWAY_OPS['gateway/took'] };
    const story = healthy({ ...COMMANDED, carried: { 1: 0 }, ops: [ops] });
    story.change(about('received', 1, COMMAND, 4), () => ({ t: 21_000 }));
    return returnOf(story, 0, 11_900, 12_500);
  };

  it('was acknowledged over a connection that ended then', () => {
    expect(asked(kept(carried(), 11_005, 12_510))).toEqual(['pass', 0]);
  });

  it('was brought once and given twice, or brought again long after', () => {
    expect(asked(kept(carried(), 11_005))).toEqual(['fail', 1]);
    expect(asked(kept(carried(), 11_005, 11_500))).toEqual(['fail', 1]);
  });
});

describe('a command that its operator sent again', () => {
  const again = { ...{ device: 1, stream: COMMAND, n: 4 }, hash: hashFor(1, COMMAND, 4) };
  const sentAgain = (): Story =>
    healthy(COMMANDED).add('sent', 11_600, { ...again, late: 0, flags: 1 | FLAG.resend });

  it('may come once more', () => {
    expect(asked(gotAgain(sentAgain(), 11_610))).toEqual(['pass', 0]);
    expect(asked(gotAgain(sentAgain(), 11_610, 11_620))).toEqual(['fail', 1]);
  });

  it('may go by once more on its way', () => {
    const goneBy = (story: Story): Story =>
      story.add('observed', 11_610, { ...again, flags: 1, epoch: 0 });
    expect(asked(goneBy(sentAgain()))).toEqual(['pass', 0]);
    expect(asked(goneBy(healthy(COMMANDED)))).toEqual(['fail', 1]);
  });
});

describe('a reading that is seen again after the observer came back', () => {
  it('had just been seen', () => {
    expect(asked(seenAgain(observerAway(healthy(), 8500, 9000), 9010))).toEqual(['pass', 0]);
  });

  it('had been acknowledged long before', () => {
    expect(asked(seenAgain(observerAway(healthy(), 15_500, 16_000), 16_010))).toEqual(['fail', 1]);
  });

  it('comes with the kept session, before the observer has subscribed anew', () => {
    expect(asked(seenAgain(observerAway(healthy(), 8500, 9000), 8990))).toEqual(['pass', 0]);
  });

  it('came with a connection that was lost before the observer had subscribed anew', () => {
    const story = (losses: readonly number[]): Story => {
      const away = observerAway(healthy(), 7900, 9000);
      away.change(about('observed', 1, TELEMETRY, 7), () => ({ t: 8500 }));
      for (const t of losses) {
        away.add('observer', t, { up: false, first: 0, lanes: 1, why: 'closed' });
      }
      return seenAgain(away, 8950);
    };
    expect(asked(story([8600]))).toEqual(['pass', 0]);
    expect(asked(story([8400]))).toEqual(['fail', 1]);
    expect(asked(story([]))).toEqual(['fail', 1]);
  });

  it('comes before the connection ends that could explain it', () => {
    expect(asked(seenAgain(observerAway(healthy(), 8500, 9000), 8400))).toEqual(['fail', 1]);
  });

  it('was first seen with the kept session, and is not excused by the absence before', () => {
    const story = observerAway(healthy(), 7900, 9000);
    story.change(about('observed', 1, TELEMETRY, 7), () => ({ t: 8950 }));
    expect(asked(seenAgain(story, 9010))).toEqual(['fail', 1]);
  });
});

describe('a message that comes again after a restart of the target', () => {
  const restarted = (story: Story, from: number): Story =>
    story.add('target', from, { is: 'killed' }).add('target', from + 400, { is: 'accepting' });

  it('had just been forwarded', () => {
    expect(asked(seenAgain(restarted(healthy(), 8500), 9010))).toEqual(['pass', 0]);
  });

  it('had been acknowledged long before, to a target whose sessions survive', () => {
    expect(asked(seenAgain(restarted(healthy(), 15_500), 16_010))).toEqual(['fail', 1]);
    const story = returned(restarted(healthy(COMMANDED), 17_500), 17_500, 18_000);
    expect(asked(gotAgain(story, 18_010))).toEqual(['fail', 1]);
  });

  it('had been acknowledged long before, to a target that forgets', () => {
    const story = healthy({ target: { guarantees: forgetful() } });
    expect(asked(seenAgain(restarted(story, 15_500), 16_010))).toEqual(['pass', 0]);
  });

  it('was acknowledged to a target that could not keep that before it was killed', () => {
    const hindered = (from: number, to: number, inside: TargetTrouble): Story => {
      const proof = { kind: 'uncommitted' };
      const ill = faultPlan('ill', { from, to, acts: 'inside', devices: [0, 1], proof, inside });
      const story = healthy({ faults: [ill] });
      tellFault(story, 'ill');
      return seenAgain(restarted(story, 15_500), 16_010);
    };
    for (const inside of [{ full: true }, { still: true }] as const) {
      expect(asked(hindered(8500, 15_400, inside))).toEqual(['pass', 0]);
      expect(asked(hindered(8500, 10_400, inside))).toEqual(['fail', 1]);
      // What it had written down before is not lost any more.
      expect(asked(hindered(13_100, 15_400, inside))).toEqual(['fail', 1]);
    }
    const slow = (commitMs: number) => hindered(8500, 15_400, { commitMs });
    expect(asked(slow(1300))).toEqual(['pass', 0]);
    expect(asked(slow(1100))).toEqual(['fail', 1]);
  });

  it('was sent after the restart', () => {
    expect(asked(seenAgain(restarted(healthy(), 7200), 9010))).toEqual(['fail', 1]);
  });

  it('was got over a link so slow that its acknowledgement may have been under way', () => {
    const story = restarted(healthy(COMMANDED), 17_500);
    const profile = { name: 'moon', delayMs: 2000, jitterMs: 500, bytesPerSecond: 0 };
    const [cohort] = story.plan.cohorts;
    if (cohort !== undefined) cohort.profile = profile;
    expect(asked(gotAgain(story, 18_010))).toEqual(['pass', 0]);
  });
});

describe('an answer that comes again', () => {
  const [ASK, TELL] = [41, 42];
  const skips: string[] = [];
  const both = { qos: 1, counted: true, measured: false, retained: false, skips } as const;
  const event = { by: 'event', leastMs: 100 } as const;
  const STREAMS: StreamPlan[] = [
    {
      ...both,
      name: 'ask',
      code: ASK,
      way: 'up',
      from: 'device',
      noun: 'ask',
      schedule: event,
      arrives: 'observer',
    },
    {
      ...both,
      name: 'tell',
      code: TELL,
      way: 'down',
      from: 'target',
      noun: 'word',
      schedule: event,
      arrives: 'device',
      answers: ASK,
    },
  ];

  /** Device 1 asks so often, and is answered twice by the same bytes. */
  function answered(times: number, faults: FaultPlan[] = [], n: number | null = 0): Story {
    const story = healthy({ streams: STREAMS, faults });
    for (const { id } of faults) tellFault(story, id);
    const request = { device: 1, stream: ASK, n: 0 };
    for (let t = 0; t < times; t++) {
      story.add('sent', 9000 + t, {
        ...request,
        late: 1,
        hash: 1,
        flags: t === 0 ? 1 : 1 | FLAG.resend,
      });
    }
    for (const t of [9010, 9020]) {
      story.add('received', t, {
        device: 1,
        stream: TELL,
        n: answerNumber(n, 5),
        hash: 5,
        flags: 1,
      });
    }
    return story;
  }

  const twice = (way: 'up' | 'down'): FaultPlan =>
    faultPlan('twice', {
      ...{ fault: 'packet-duplicate', from: 8000, proof: { kind: 'tampered' }, devices: [1] },
      packets: { does: 'duplicate', packet: 'PUBLISH', ways: [way], every: 1, share: 1 },
    });

  it.each([
    ['was asked for twice', () => answered(2)],
    ['was asked for by a message that a fault says twice', () => answered(1, [twice('up')])],
    ['is said twice by a fault', () => answered(1, [twice('down')])],
  ])('%s', (_, story) => {
    expect(asked(story())).toEqual(['pass', 0]);
  });

  /** Device 1 is told such words unasked, one after the other; one may be marked as repeated. */
  function unasked(words: readonly number[], marked = -1): Story {
    const story = healthy({ streams: STREAMS });
    for (const [at, hash] of words.entries()) {
      const n = answerNumber(null, hash);
      const flags = at === marked ? 1 | FLAG.dup : 1;
      story.add('received', 9000 + 10 * at, { device: 1, stream: TELL, n, hash, flags });
    }
    return story;
  }

  it('is a word of its own where it is unasked, and another one was said meanwhile', () => {
    expect(asked(unasked([5, 6, 5, 6]))).toEqual(['pass', 0]);
    expect(asked(unasked([5, 6, 5, 6, 5]))).toEqual(['pass', 0]);
    expect(asked(unasked([5, 5]))).toEqual(['fail', 1]);
    expect(asked(unasked([5, 6, 5, 5]))).toEqual(['fail', 1]);
    expect(asked(unasked([5, 6, 5], 2))).toEqual(['fail', 1]);
  });

  it.each([
    ['was asked for once', () => answered(1)],
    ['was not asked for', () => answered(2, [twice('up')], null)],
  ])('has no cause where it %s', (_, story) => {
    expect(asked(story())).toEqual(['fail', 1]);
  });
});
