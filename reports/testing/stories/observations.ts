/** Stories about what a gateway makes of what its CoAP children tell. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const GATEWAY = 0;
const CHILD = 1;
const RESOURCE = { device: 'device', child: 'device', resource: 'count' } as const;
const OPS = {
  'gateway/registered': { ...RESOURCE, round: 'count' },
  'gateway/observed': {
    ...RESOURCE,
    seq: 'count',
    answers: 'boolean',
    confirmable: 'boolean',
    taken: 'boolean',
  },
  'gateway/turned-down': { ...RESOURCE, code: 'count' },
} as const;
const LAST = 2 ** 24 - 1;

const bus = {
  poll: 500,
  coap: {
    timeout: 1000,
    resources: {
      pumps: [
        { path: '/level', signals: ['level'], confirmable: true, 'max-age': 4000 },
        { path: '/flow', signals: ['flow'], confirmable: false, 'max-age': 30_000 },
      ],
    },
  },
};

/** The second resource is fresh until the end; the first has to be kept so. */
class Told {
  readonly story: Story;

  constructor() {
    this.story = healthy({
      devices: 2,
      carried: { [CHILD]: GATEWAY },
      entry: { parts: [{ kind: 'gateway', params: { bus } }] },
      ops: [OPS],
    });
    this.story.add('state', 100, { device: GATEWAY, state: 'power.on' });
    this.registered(200, 1).came(210, 7, { resource: 1, answers: true, confirmable: false });
  }

  registered(t: number, resource = 0): this {
    return this.#tell('gateway/registered', t, { resource, round: Math.floor(t / 500) });
  }

  came(t: number, seq: number, over: object = {}): this {
    const honest = { resource: 0, answers: false, confirmable: true, taken: true };
    return this.#tell('gateway/observed', t, { ...honest, seq, ...over });
  }

  answered(t: number, seq: number): this {
    return this.registered(t - 10).came(t, seq, { answers: true, confirmable: false });
  }

  turnedDown(t: number): this {
    return this.#tell('gateway/turned-down', t, { resource: 0, code: 503 });
  }

  gateway(t: number, state: string): this {
    this.story.add('state', t, { device: GATEWAY, state });
    return this;
  }

  /** News of the first resource once a second, from its first registration on. */
  static steady(from: number, seq: number): Told {
    const story = new Told().answered(from, seq);
    for (let t = from + 1000, k = 1; t < 20_000; t += 1000, k++) story.came(t, (seq + k) % 2 ** 24);
    return story;
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, child: CHILD, ...fields });
    // Both are what the story is about.
    this.story.add('state', t, { device: CHILD, state: 'power.on' });
    return this;
  }
}

const gatewayObserves: CheckerFixtures = {
  passing: {
    'it takes what is newer, also where the numbers begin again': () =>
      Told.steady(1000, LAST - 5).story,
    'it leaves what was overtaken, and what comes a second time': () =>
      Told.steady(1000, 100).came(6100, 102, { taken: false }).came(6200, 105, { taken: false })
        .story,
    'it registers anew when what it has is too old, until somebody answers': () =>
      new Told()
        .answered(1000, 100)
        .registered(5100)
        .registered(6200)
        .registered(7300)
        .answered(8400, 3)
        .came(9400, 4)
        .answered(13_600, 9)
        .answered(17_700, 13).story,
    'and when it was turned down': () =>
      new Told()
        .answered(1000, 100)
        .turnedDown(3000)
        .registered(3500)
        .turnedDown(3510)
        .answered(4000, 7)
        .answered(8200, 9)
        .answered(12_400, 10)
        .answered(16_600, 12).story,
    'one that is off registers with nobody, and then with all': () =>
      Told.steady(1000, 100).gateway(20_100, 'power.off').story,
  },
  failing: {
    'it takes what was overtaken': () => Told.steady(1000, 100).came(6100, 102).story,
    'it takes the same again': () => Told.steady(1000, 100).came(6100, 105).story,
    'it leaves what is newer, where the numbers begin again': () =>
      Told.steady(1000, LAST - 5).came(10_100, 9, { taken: false }).story,
    'it leaves what answers its own registration': () =>
      new Told()
        .answered(1000, 100)
        .registered(3990)
        .came(4000, 3, { answers: true, confirmable: false, taken: false }).story,
    'it never registers anew': () => new Told().answered(1000, 100).story,
    'it gives up after one question': () => new Told().answered(1000, 100).registered(5100).story,
    'it does not come back to one that was busy': () =>
      new Told().answered(1000, 100).turnedDown(3000).story,
    'it came up and registers with nobody': () =>
      Told.steady(1000, 100).gateway(8100, 'power.off').gateway(8900, 'power.on').story,
    'it is told without having to say that it heard': () =>
      Told.steady(1000, 100).came(6100, 110, { confirmable: false }).story,
  },
  undecided: {
    'our own ledger is torn': () => {
      const { story } = Told.steady(1000, 100).came(6100, 102);
      story.torn = 40;
      return story;
    },
  },
};

export default { 'gateway-observes': gatewayObserves };
