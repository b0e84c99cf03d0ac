/** Stories about a child with two gateways: after 2 s without its own, and until 1 s with it. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const OPS = {
  'gateway/took': {
    device: 'device',
    child: 'device',
    stream: 'stream',
    n: 'count',
    bytes: 'count',
  },
} as const;

const [OWN, OTHER, CHILD] = [0, 1, 2];

class Told {
  readonly story: Story;

  constructor() {
    this.story = healthy({
      devices: 3,
      carried: { [CHILD]: OWN },
      entry: {
        parts: [{ kind: 'gateway', params: {} }],
        fallBack: { afterMs: 2000, holdMs: 1000 },
      },
      ops: [OPS],
    });
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

  #state(t: number, device: number, state: string): this {
    this.story.add('state', t, { device, state });
    return this;
  }
}

const gatewayFallsBack: CheckerFixtures = {
  passing: {
    'the other takes over and hands back': () =>
      new Told().off(7000).took(9000, 101).took(10_000, 102).on(16_000).took(16_900, 103).story,
    'what is short is waited out, and what is long is not': () =>
      new Told().off(6000).on(7000).off(7500).took(9600, 101).on(17_000).story,
  },
  failing: {
    'nobody takes over': () => new Told().off(7000).on(18_000).took(18_100, 101).story,
    'the other is too soon': () => new Told().off(7000).took(8000, 101).took(9500, 102).story,
    'it is heard for ever': () =>
      new Told().off(7000).took(9500, 101).on(11_000).took(16_000, 102).story,
    'it is heard although nobody is away': () =>
      new Told().took(6500, 101).off(7000).took(9500, 102).story,
  },
  undecided: {
    'the other has no power either': () => new Told().off(7000).off(6900, OTHER).story,
    'nobody is away': () => new Told().story,
  },
};

export default { 'gateway-falls-back': gatewayFallsBack };
