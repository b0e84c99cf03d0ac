/** Stories about a gateway that says when its child was heard, by a clock without a battery. */
import { CLOCK_OPS, GATEWAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const OPS = { ...GATEWAY_OPS, ...CLOCK_OPS };

const [GATEWAY, CHILD] = [0, 1];

class Told {
  readonly story: Story;

  constructor() {
    const params = { sync: 500, every: 1000, drift: 100 };
    this.story = healthy({
      devices: 2,
      carried: { [CHILD]: GATEWAY },
      entry: { parts: [{ kind: 'clock', params }] },
      ops: [OPS],
    });
  }

  took(t: number, n: number): this {
    return this.#tell('gateway/took', t, { stream: 0, n, bytes: 9 });
  }

  stamped(t: number, n: number, at: number, estimated = false): this {
    return this.#tell('clock/stamped', t, { n, at, estimated });
  }

  reboots(t: number): this {
    this.story
      .add('offline', t, { device: GATEWAY, why: 'power-cut' })
      .add('state', t, { device: GATEWAY, state: 'power.off' })
      .add('boot', t + 100, { device: GATEWAY, epoch: 2, cause: 'power-on' });
    return this;
  }

  online(t: number): this {
    this.story.add('online', t, { device: GATEWAY, present: true });
    return this;
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, child: CHILD, ...fields });
    // The child, too, is what the story is about.
    this.story.add('state', t, { device: CHILD, state: 'connection.online' });
    return this;
  }
}

const stood = (story: Story): Story =>
  story.add('stall', 8000, { us: 2_000_000, outside: false, process: 'shard-0' });

const clockKept: CheckerFixtures = {
  passing: {
    'the time is known': () => new Told().took(6500, 101).stamped(7000, 101, 6500).story,
    'what came before it was known is put right': () =>
      new Told()
        .reboots(6200)
        .took(6500, 101)
        .online(7000)
        .took(7400, 102)
        .took(7600, 103)
        .stamped(8000, 101, 6510, true)
        .stamped(8000, 102, 7400, true)
        .stamped(8000, 103, 7600).story,
    'what it forgot is nobody asked for': () =>
      new Told().took(6500, 101).reboots(6600).online(7000).took(8000, 102).stamped(8500, 102, 8000)
        .story,
  },
  failing: {
    'it is not put right': () =>
      new Told().reboots(6200).took(6500, 101).online(7000).stamped(8000, 101, 200, true).story,
    'it is not said to be estimated': () =>
      new Told().reboots(6200).took(6500, 101).online(7000).stamped(8000, 101, 6500).story,
    'it is said to be estimated and is not': () =>
      new Told().took(6500, 101).stamped(7000, 101, 6500, true).story,
    'it is another time': () => new Told().took(6500, 101).stamped(7000, 101, 6600).story,
    'it is never said': () =>
      new Told().took(6500, 101).took(6600, 102).stamped(7000, 102, 6600).story,
    'nothing of that kind came': () => new Told().stamped(7000, 101, 6500).story,
  },
  undecided: {
    'nothing is taken in': () => new Told().story,
    'we stood still ourselves and it is never said': () => stood(new Told().took(6500, 101).story),
    'we stood still ourselves when it came': () =>
      stood(new Told().took(6500, 101).stamped(7000, 101, 6600).story),
    'we stood still ourselves when the time was to be learnt': () =>
      stood(new Told().took(6500, 101).stamped(7000, 101, 6500, true).story),
  },
};

export default { 'clock-kept': clockKept };
