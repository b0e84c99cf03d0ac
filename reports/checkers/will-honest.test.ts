/** What excuses a will that is missing, late, early, doubled or out of place, and what does not. */
import { describe, expect, it } from 'vitest';
import {
  faultPlan,
  forgetful,
  healthy,
  type Setting,
  type Story,
  tellFault,
  WILL,
  WILL_HASH,
} from '../testing/story.ts';
import willHonest from './will-honest.ts';

const DARK = faultPlan('dark', { devices: [1] });

function wills(over: Setting['entry'] = {}, setting: Setting = {}): Story {
  const story = healthy({ ...setting, entry: { will: true, keepAliveS: 2, ...over } });
  for (const { id } of setting.faults ?? []) tellFault(story, id);
  return story;
}

const seen = (story: Story, ...times: number[]): Story => {
  for (const t of times) {
    story.add('observed', t, {
      ...{ device: 1, stream: WILL, n: 0, hash: WILL_HASH, flags: 1, epoch: 1 },
    });
  }
  return story;
};

/** Device 1 is thrown off, and stays away. */
const ended = (story: Story, t: number, why = 'closed'): Story =>
  story.add('offline', t, { device: 1, why });
const killed = (story: Story, from: number): Story =>
  story.add('target', from, { is: 'killed' }).add('target', from + 300, { is: 'accepting' });
const observerAway = (story: Story, from: number, to: number, why: string): Story =>
  story
    .add('observer', from, { up: false, first: 0, lanes: 1, why: 'closed' })
    .add('observer', to, { up: true, first: 0, lanes: 1, why });

const asked = (story: Story) => {
  const { verdict, undecided, findings } = story.ask(willHonest);
  const [first] = findings;
  return [verdict, undecided, ...(first === undefined ? [] : [first.message])];
};
const FINE = ['pass', 0];
const found = (text: RegExp) => ['fail', 0, expect.stringMatching(text)];
const OPEN = ['unknown', 1];
/** Of nobody, since the kill ended all connections. */
const UNPROMISED = ['unknown', 0];

describe('a will that is seen before its connection ended', () => {
  it('is early, where the two ends cannot be that far apart', () => {
    expect(asked(ended(seen(wills(), 9000), 12_000))).toEqual(found(/long before the connection/));
  });

  it('is not, where they can', () => {
    expect(asked(ended(seen(wills(), 9000), 10_500))).toEqual(FINE);
  });

  it('is not, where a fault may have shown the target an end that the device never saw', () => {
    const story = (devices: number[]): Story =>
      ended(seen(wills({}, { faults: [{ ...DARK, devices }] }), 9000), 12_000);
    expect(asked(story([1]))).toEqual(FINE);
    expect(asked(story([2]))).toEqual(found(/long before/));
  });
});

describe('a will of a connection that stands', () => {
  it('is out of place, unless a fault may have shown the target its end', () => {
    const story = (devices: number[]): Story =>
      seen(wills({}, { faults: [{ ...DARK, devices }] }), 9000);
    expect(asked(story([1]))).toEqual(FINE);
    expect(asked(story([2]))).toEqual(found(/while it was connected/));
  });

  it('may be one of which a killed target promises nothing', () => {
    expect(asked(killed(seen(wills(), 9000), 8500))).toEqual(UNPROMISED);
  });
});

describe('a will after the device hung up itself', () => {
  /** With a goodbye, or by closing the connection and no more. */
  const hungUp = (why: string): Story => seen(ended(wills(), 9000, why), 9100);

  it('is out of place after a goodbye, and due after a mere close', () => {
    expect(asked(hungUp('planned'))).toEqual(found(/published at 9\.1 s, after a goodbye/));
    for (const why of ['keep-alive', 'closed', 'protocol: packet length']) {
      expect(asked(hungUp(why))).toEqual(FINE);
      expect(asked(ended(wills(), 9000, why))).toEqual(found(/was never published/));
    }
    expect(asked(ended(wills(), 9000, 'planned'))).toEqual(FINE);
  });

  it('is not, where the target had closed the connection before', () => {
    expect(asked(hungUp('planned').add('unheard', 9001, { device: 1 }))).toEqual(FINE);
    expect(asked(seen(ended(wills(), 9000, 'planned'), 8900))).toEqual(FINE);
  });

  it('may be due where we stood still for so long that the target missed a sign of life', () => {
    const stalled = (story: Story, us: number, at = 8990): Story =>
      story.add('stall', at, { us, process: 'shard-0' });
    expect(asked(stalled(hungUp('planned'), 1_600_000))).toEqual(OPEN);
    expect(asked(stalled(hungUp('planned'), 200_000))).toEqual(found(/after a goodbye/));
    // A quarter of the keep-alive of two seconds, at once or in pieces.
    expect(asked(stalled(hungUp('planned'), 500_000))).toEqual(OPEN);
    expect(asked(stalled(hungUp('planned'), 499_999))).toEqual(found(/after a goodbye/));
    expect(asked(stalled(stalled(hungUp('planned'), 250_000), 250_000, 8000))).toEqual(OPEN);
    expect(asked(stalled(hungUp('planned'), 900_000, 1000))).toEqual(found(/after a goodbye/));
    // When the machine stands still, each process says so.
    const often = [8990, 8985, 8980].reduce(
      (told, at) => stalled(told, 400_000, at),
      hungUp('planned'),
    );
    expect(asked(often)).toEqual(found(/after a goodbye/));
    const early = (): Story => ended(seen(wills(), 9000), 12_000);
    expect(asked(stalled(early(), 1_600_000))).toEqual(OPEN);
    const never = seen(ended(wills({ keepAliveS: 0 }), 9000, 'planned'), 9100);
    expect(asked(stalled(never, 1_600_000))).toEqual(found(/after a goodbye/));
  });
});

describe('a will of a device for which the target of MQTT 5 set other figures', () => {
  const agreed = (story: Story, fields: { session: number; keepAlive: number }): Story =>
    story.add('agreed', 99, { device: 1, receive: 20, aliases: 0, ...fields });
  const FIVE: Setting = { target: { mqtt: '5' } };

  it('waits no longer than the session that was agreed', () => {
    const delayed = (session: number): Story => {
      const story = wills({ mqtt5: { willDelayS: 10, sessionExpiryS: 60 } }, FIVE);
      return agreed(seen(ended(story, 9000), 9100), { session, keepAlive: 2 });
    };
    expect(asked(delayed(60))).toEqual(found(/before its delay of 10\.0 s was over/));
    expect(asked(delayed(1))).toEqual(FINE);
  });

  it('has the time that silence takes by the keep-alive that was agreed', () => {
    const silent = (keepAlive: number): Story => {
      const story = wills({ keepAliveS: 1 }, FIVE).add('off', 3000, { device: 1, cause: 'cut' });
      return agreed(seen(story, 20_000), { session: 60, keepAlive });
    };
    expect(asked(silent(1))).toEqual(found(/was due by 9\.5 s/));
    expect(asked(silent(10))).toEqual(FINE);
  });
});

describe('a will that comes twice', () => {
  const twice = (): Story => ended(seen(wills(), 8100, 9100), 8000);

  it('is published twice', () => {
    expect(asked(twice())).toEqual(found(/published 2 times/));
  });

  it('came again over a kill', () => {
    expect(asked(killed(twice(), 8500))).toEqual(UNPROMISED);
    expect(asked(killed(twice(), 15_000))).toEqual(found(/published 2 times/));
  });

  it('may have been given again to an observer that came back', () => {
    expect(asked(observerAway(twice(), 8500, 8800, 'session-present'))).toEqual(OPEN);
    // A kept session comes before the observer has subscribed anew.
    expect(asked(observerAway(twice(), 8500, 9200, 'session-present'))).toEqual(OPEN);
    expect(asked(observerAway(twice(), 10_000, 11_000, 'session-present'))).toEqual(
      found(/published 2 times/),
    );
  });
});

describe('a will that comes late', () => {
  /** Due within five seconds of 3 s, and borne for ten more. */
  const late = (t: number, over = {}): Story => seen(ended(cut(wills(over)), 3000), t);
  /** Both ends are cut, so the target must know at once. */
  const cut = (story: Story): Story => {
    const fault = faultPlan('cut', {
      ...{ fault: 'reset', from: 2900, to: 3100, devices: [1], proof: { kind: 'closed' } },
    });
    story.plan.faults.push(fault);
    tellFault(story, 'cut');
    return story;
  };

  it('is borne for as long as brokers take to look', () => {
    expect(asked(late(17_000))).toEqual(FINE);
    expect(asked(late(18_500))).toEqual(found(/came only at 18\.5 s, and was due by 8\.0 s/));
  });

  it('has the time that silence takes, where nothing else told the target', () => {
    const silent = (keepAliveS: number): Story =>
      seen(wills({ keepAliveS }).add('off', 3000, { device: 1, cause: 'power-cut' }), 20_000);
    expect(asked(silent(2))).toEqual(FINE);
    expect(asked(silent(1))).toEqual(found(/was due by 9\.5 s/));
  });

  it('came over a kill', () => {
    expect(asked(killed(late(18_500), 12_000))).toEqual(UNPROMISED);
  });

  it('may have been seen late only', () => {
    expect(asked(observerAway(late(18_500), 10_000, 18_400, 'session-present'))).toEqual(OPEN);
    const stalled = late(18_500).add('stall', 18_000, { us: 600_000, process: 'shard-0' });
    expect(asked(stalled)).toEqual(OPEN);
  });
});

describe('a will that never comes', () => {
  it('is missing', () => {
    expect(asked(ended(wills(), 8000))).toEqual(found(/was never published/));
  });

  it('is not promised at QoS 0', () => {
    expect(asked(ended(wills({ qos: 0 }), 8000))).toEqual(FINE);
  });

  it('was not due when the run ended', () => {
    expect(asked(ended(wills(), 21_500))).toEqual(FINE);
  });

  it('is not owed over a kill, at the end or while it was due', () => {
    expect(asked(killed(ended(wills(), 8000), 8500))).toEqual(UNPROMISED);
    // Due by 19 s: one and a half keep-alives, and the time that it takes to come through.
    const silent = (): Story => ended(wills({ keepAliveS: 4 }), 8000);
    expect(asked(killed(silent(), 17_000))).toEqual(UNPROMISED);
    expect(asked(killed(silent(), 19_500))).toEqual(found(/was never published/));
  });

  it('is not owed while a configuration refuses payloads', () => {
    const pushed = (from: number, to: number): Story => {
      const how = { acts: 'inside', inside: { payloadBytes: 16 }, from, to } as const;
      const story = ended(wills({}, { faults: [faultPlan('pushed', how)] }), 8000);
      tellFault(story, 'pushed');
      return story;
    };
    expect(asked(pushed(7900, 8500))).toEqual(FINE);
    expect(asked(pushed(7000, 7900))).toEqual(found(/was never published/));
  });

  it('waits for an observer that comes back to its session', () => {
    expect(asked(observerAway(ended(wills(), 8000), 8500, 9500, 'session-present'))).toEqual(
      found(/was never published/),
    );
    expect(asked(observerAway(ended(wills(), 8000), 8500, 9500, 'new-session'))).toEqual(OPEN);
  });

  it('is none where nothing tells the target that a silent device is gone', () => {
    const silent = (keepAliveS: number): Story =>
      wills({ keepAliveS }).add('off', 8000, { device: 1, cause: 'power-cut' });
    expect(asked(silent(0))).toEqual(FINE);
    expect(asked(silent(2))).toEqual(found(/was never published/));
  });

  it('may have been taken over before the target noticed', () => {
    const target = { guarantees: forgetful({ willOnTakeOver: 'none' }) };
    const back = (t: number): Story =>
      ended(wills({}, { target }), 8000, 'keep-alive')
        .add('connect', t, { device: 1, attempt: 0, will: WILL_HASH })
        .add('online', t + 10, { device: 1, present: true });
    // Noticed after one and a half keep-alives, at 11 s.
    expect(asked(back(11_300))).toEqual(FINE);
    expect(asked(back(11_700))).toEqual(found(/was never published/));
  });
});
