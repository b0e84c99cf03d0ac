/** Stories about a child with two gateways: after 2 s without its own, and until 1 s with it. */
import { GATEWAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { told } from '../fault-story.ts';
import { healthy, type Setting, type Story, TELEMETRY } from '../story.ts';

const HELD = 'within-band';
const [OWN, OTHER, CHILD] = [0, 1, 2];

const LOST: Parameters<typeof told>[0] = {
  acts: 'bus',
  devices: [CHILD],
  bus: { silent: 'keeps' },
};

class Told {
  readonly story: Story;

  constructor(bus: object | null = null, fault: Parameters<typeof told>[0] | null = null) {
    const params = bus === null ? {} : { bus: { poll: 1000, latency: 0, loss: 0, ...bus } };
    const setting: Setting = {
      devices: 3,
      carried: { [CHILD]: OWN },
      entry: {
        parts: [{ kind: 'gateway', params }],
        fallBack: { afterMs: 2000, holdMs: 1000 },
      },
      ops: [GATEWAY_OPS],
    };
    this.story = fault === null ? healthy(setting) : told(fault, setting);
    Object.assign(this.story.plan.devices[CHILD] ?? {}, { fallBack: OTHER });
    for (const device of [OWN, OTHER, CHILD]) this.#state(20, device, 'power.on');
  }

  off(t: number, device = OWN): this {
    return this.#state(t, device, 'power.off');
  }

  on(t: number, device = OWN): this {
    return this.#state(t, device, 'power.on');
  }

  took(t: number, n: number): this {
    this.story.add('gateway/took', t, { device: OTHER, child: CHILD, stream: 0, n, bytes: 9 });
    // The child, too, is what the story is about.
    return this.#state(t, CHILD, 'connection.online');
  }

  /** Of what it samples, what is due from `from` to `to` is held back by a part of its own. */
  holdsBack(from: number, to: number, why = HELD): this {
    const { plan } = this.story;
    for (const stream of plan.streams) if (stream.code === TELEMETRY) stream.skips = [HELD];
    for (let n = from; n <= to; n++) {
      this.story.add('not-sent', n * 1000, { device: CHILD, stream: TELEMETRY, n, why });
    }
    return this;
  }

  #state(t: number, device: number, state: string): this {
    this.story.add('state', t, { device, state });
    return this;
  }
}

const stood = (story: Story): Story =>
  story.add('stall', 10_000, { us: 3_000_000, outside: false, process: 'shard-0' });

const gatewayFallsBack: CheckerFixtures = {
  passing: {
    'the other takes over and hands back': () =>
      new Told().off(7000).took(9000, 101).took(10_000, 102).on(16_000).took(16_900, 103).story,
    'what is slow on its bus comes later': () =>
      new Told({ latency: 4000 }).off(7000).took(13_000, 101).on(14_000).took(18_900, 102).story,
    'its own comes and goes, and is not back for good': () =>
      new Told()
        .off(5000)
        .took(9500, 101)
        .on(12_000)
        .off(12_900)
        .on(14_900)
        .took(15_800, 102)
        .off(15_850)
        .on(15_870)
        .took(19_300, 103).story,
    'what is short is waited out, and what is long is not': () =>
      new Told().off(6000).on(7000).off(7500).took(9600, 101).on(17_000).story,
  },
  failing: {
    'nobody takes over': () => new Told().off(7000).on(18_000).took(18_100, 101).story,
    'what it says waits with it until there is no room': () =>
      new Told().off(7000).on(18_000).holdsBack(8, 12, 'buffer-overflow').story,
    'some of it is held back, and not all': () =>
      new Told().off(7000).on(18_000).holdsBack(8, 12).story,
    'it is heard for ever after its own came and went': () =>
      new Told().off(7000).took(9500, 101).on(12_000).off(12_900).on(13_900).took(17_500, 102)
        .story,
    'it is heard after one that was short and away later': () =>
      new Told().off(7000).took(9500, 101).on(10_000).off(13_000).on(14_000).took(14_500, 102)
        .story,
    'the other is too soon': () => new Told().off(7000).took(8000, 101).took(9500, 102).story,
    'it is heard for ever': () =>
      new Told().off(7000).took(9500, 101).on(11_000).took(16_000, 102).story,
    'it is heard although nobody is away': () =>
      new Told().took(6500, 101).off(7000).took(9500, 102).story,
  },
  undecided: {
    'the other has no power either': () => new Told().off(7000).off(6900, OTHER).story,
    'it has nothing to say': () => new Told().off(7000).on(18_000).holdsBack(7, 18).story,
    'it is asked too seldom': () => new Told({ poll: 10_000 }).off(7000).on(18_000).story,
    'most answers are lost': () => new Told({ loss: 0.9 }).off(7000).on(18_000).story,
    'it is off the bus': () => new Told({}, LOST).off(7000).on(18_000).story,
    'it is heard late, by a fault': () =>
      new Told({}, { acts: 'bus', devices: [CHILD], bus: { lateMs: 9000 } })
        .off(5000)
        .on(7500)
        .took(16_000, 101).story,
    'we stood still ourselves while its own was away': () =>
      stood(new Told().off(7000).on(18_000).story),
    'we stood still ourselves when it was heard': () => stood(new Told().took(7500, 101).story),
    'nobody is away': () => new Told().story,
  },
};

export default { 'gateway-falls-back': gatewayFallsBack };
