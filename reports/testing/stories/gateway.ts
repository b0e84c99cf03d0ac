/** Stories about a gateway that carries two others, with a buffer for three messages. */
import { GATEWAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, faultPlan, healthy, type Story, tellFault } from '../story.ts';

const OPS = {
  ...GATEWAY_OPS,
  'gateway/counted': { device: 'device', child: 'device', refused: 'count', taken: 'count' },
  'gateway/read': { device: 'device' },
} as const;

const GATEWAY = 0;
/** Only what the gateway deals with is told; of the streams of the plan it is the first. */
const STREAM = 0;
const STRAY = 64;
const FULL = 'gateway-full';
const LOST = 'lost in power-cut';

interface Wish {
  drop?: 'oldest' | 'newest' | 'lowest';
  memory?: 'ram' | 'flash';
  isCut?: boolean;
}

class Told {
  readonly story: Story;

  constructor({ drop = 'oldest', memory = 'ram', isCut = false }: Wish = {}) {
    const cut = faultPlan('cut', { from: 7000, to: 20_000, devices: [GATEWAY], down: true });
    const params = {
      ...{ messages: 3, bytes: 1000, drop, backlog: 0.5, strays: 1000 },
      ...{ memory, flush: 1000, priorities: {} },
    };
    this.story = healthy({
      devices: 3,
      carried: { 1: GATEWAY, 2: GATEWAY },
      entry: { parts: [{ kind: 'gateway', params }] },
      workflows: [{ workflow: 'gateway', session: 'gateway', resolved: null }],
      ops: [OPS],
      streams: [
        {
          name: 'gateway-stray',
          code: STRAY,
          way: 'up',
          from: 'device',
          noun: 'stray',
          schedule: { by: 'event' },
          arrives: 'observer',
          qos: 1,
          retained: false,
          counted: false,
          measured: false,
          skips: [],
        },
      ],
      ...(isCut ? { faults: [{ ...cut, proof: { kind: 'refused' } }] } : {}),
    });
    const telemetry = this.story.plan.streams.find(({ code }) => code === STREAM);
    telemetry?.skips.push(FULL);
    if (isCut) tellFault(this.story, 'cut');
  }

  took(t: number, child: number, n: number, bytes = 10): this {
    return this.#tell('gateway/took', t, { child, stream: STREAM, n, bytes });
  }

  passed(t: number, child: number, n: number, backlog = false): this {
    return this.#tell('gateway/passed', t, { child, stream: STREAM, n, backlog });
  }

  dropped(t: number, child: number, n: number, why = FULL): this {
    return this.#tell('gateway/dropped', t, { child, stream: STREAM, n, why });
  }

  /** And the child's own account says so. */
  accounted(t: number, child: number, n: number): this {
    this.dropped(t, child, n);
    this.story.add('not-sent', t, { device: child, stream: STREAM, n, why: FULL });
    return this;
  }

  restored(t: number, child: number, n: number): this {
    return this.#tell('gateway/restored', t, { child, stream: STREAM, n });
  }

  off(t: number): this {
    this.story.add('state', t, { device: GATEWAY, state: 'power.off' });
    return this;
  }

  /** It restarts by its own will. */
  restarts(t: number): this {
    this.story.add('state', t, { device: GATEWAY, state: 'power.resetting' });
    this.story.add('boot', t + 300, { device: GATEWAY, epoch: 2, cause: 'reset' });
    return this;
  }

  offline(t: number): this {
    this.story.add('offline', t, { device: GATEWAY, why: 'closed' });
    return this;
  }

  online(t: number): this {
    this.story.add('online', t, { device: GATEWAY, present: true });
    return this;
  }

  strayed(t: number, child: number, n: number, isAcked = true): this {
    this.#tell('gateway/strayed', t, { child, n });
    if (isAcked) this.story.add('acked', t + 5, { device: GATEWAY, stream: STRAY, n });
    return this;
  }

  counted(child: number, refused: number, taken: number): this {
    return this.#tell('gateway/counted', DRAINED + 300, { child, refused, taken });
  }

  read(): this {
    this.story.add('final-read', DRAINED + 200, { complete: true, part: 'begin' });
    return this.#tell('gateway/read', DRAINED + 301, {});
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, ...fields });
    const { child } = fields as { child?: number };
    // The child, too, is what the story is about.
    if (child !== undefined) this.story.add('state', t, { device: child, state: 'power.on' });
    return this;
  }
}

/** Numbers beyond those of the healthy run, so that nothing else is said of them. */
const [A, B, C, D] = [101, 102, 103, 104];

/** Three wait when the uplink is gone; a fourth comes. */
const full = (wish: Wish = {}): Told =>
  new Told(wish).offline(6100).took(6200, 1, A).took(6300, 2, A).took(6400, 1, B).took(6500, 2, B);

const gatewayKept: CheckerFixtures = {
  passing: {
    'each is sent on at once': () => new Told().took(6200, 1, A).passed(6200, 1, A).story,
    'an outage within the buffer, in order': () =>
      new Told()
        .offline(6100)
        .took(6200, 1, A)
        .took(6300, 2, A)
        .online(6400)
        .passed(6400, 1, A, true)
        .passed(6401, 2, A, true).story,
    'beyond it the oldest goes': () =>
      full()
        .accounted(6500, 1, A)
        .online(6600)
        .passed(6600, 2, A, true)
        .passed(6601, 1, B, true)
        .passed(6602, 2, B, true).story,
    'or the newest, where that is the policy': () =>
      full({ drop: 'newest' })
        .accounted(6500, 2, B)
        .online(6600)
        .passed(6600, 1, A, true)
        .passed(6601, 2, A, true)
        .passed(6602, 1, B, true).story,
    'backlog and live take turns': () =>
      new Told()
        .offline(6100)
        .took(6200, 1, A)
        .took(6300, 1, B)
        .online(6400)
        .took(6400, 2, A)
        .passed(6400, 2, A)
        .passed(6401, 1, A, true)
        .passed(6402, 1, B, true).story,
    'what was in its memory is lost with it': () =>
      new Told().offline(6100).took(6200, 1, A).dropped(6300, 1, A, LOST).off(6300).story,
    'with flash what came just before, and what was under way goes again': () =>
      new Told({ memory: 'flash' })
        .took(6200, 1, A)
        .passed(6200, 1, A)
        .offline(8500)
        .took(8600, 1, B)
        .dropped(8700, 1, B, LOST)
        .restored(8700, 1, A)
        .off(8700)
        .online(9000)
        .passed(9000, 1, A, true).story,
  },
  failing: {
    'a restart that was planned costs what a flash could have kept': () =>
      new Told({ memory: 'flash' })
        .offline(6100)
        .took(6200, 1, A)
        .dropped(6300, 1, A, 'lost in reset')
        .restarts(6300).story,
    'one is given up for which there is room': () =>
      new Told().offline(6100).took(6200, 1, A).accounted(6300, 1, A).story,
    'the newest is given up and not the oldest': () => full().accounted(6500, 2, B).story,
    'one goes before another that came first': () =>
      new Told().took(6200, 1, A).took(6200, 1, B).passed(6200, 1, B).passed(6201, 1, A).story,
    'it keeps more than it may': () => full().took(6600, 1, C).story,
    'one is given up and nobody accounts for it': () => full().dropped(6500, 1, A).story,
    'it sends without an uplink': () =>
      new Told().offline(6100).took(6200, 1, A).passed(6300, 1, A, true).story,
    'it sends nothing although it can': () => new Told().took(6200, 1, A).story,
    'it sends what it never took in': () => new Told().passed(6200, 1, A).story,
    'it takes one in twice': () =>
      new Told().took(6200, 1, A).took(6201, 1, A).passed(6202, 1, A).story,
    'live messages starve the backlog': () => {
      const told = new Told().offline(6100).took(6200, 1, A).online(6300);
      for (const n of [A, B, C, D]) told.took(6400 + n, 2, n);
      return told.story;
    },
    'it says that it lost its memory, and did not': () =>
      new Told().offline(6100).took(6200, 1, A).dropped(6300, 1, A, LOST).story,
    'it loses what was in flash': () =>
      new Told({ memory: 'flash' })
        .offline(6100)
        .took(6200, 1, A)
        .dropped(8700, 1, A, LOST)
        .off(8700).story,
  },
  undecided: {
    'it still waits, and the uplink was disturbed': () =>
      new Told({ isCut: true }).took(6200, 1, A).story,
  },
};

const gatewayOwn: CheckerFixtures = {
  passing: {
    'each is refused and counted': () =>
      new Told().strayed(7000, 1, 0).strayed(8000, 1, 1).counted(1, 2, 0).read().story,
    'one of which nobody knows whether it came': () =>
      new Told().strayed(7000, 1, 0, false).counted(1, 0, 0).read().story,
  },
  failing: {
    'one is taken': () => new Told().strayed(7000, 1, 0).counted(1, 0, 1).read().story,
    'one is not counted': () =>
      new Told().strayed(7000, 1, 0).strayed(8000, 1, 1).counted(1, 1, 0).read().story,
    'none is counted': () => new Told().strayed(7000, 1, 0).read().story,
  },
  undecided: {
    'the counts were not read': () => new Told().strayed(7000, 1, 0).story,
  },
};

export default { 'gateway-kept': gatewayKept, 'gateway-own': gatewayOwn };
