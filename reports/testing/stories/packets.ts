/** Stories about a gateway that carries two others, and packs up to three of their messages. */
import { GATEWAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { about, healthy, type Setting, type Story, TELEMETRY } from '../story.ts';

const PARCEL = { child: 'device', stream: 'stream', n: 'count' } as const;
const OPS = {
  ...GATEWAY_OPS,
  'packets/parcel': { device: 'device', packet: 'count', ...PARCEL },
  'packets/sent': {
    ...({ device: 'device', packet: 'count', parcels: 'count', payload: 'count' } as const),
    ...({ bytes: 'count', apart: 'count', waitedMs: 'count' } as const),
  },
} as const;

const GATEWAY = 0;
const PACK = { messages: 3, bytes: 100, wait: 500 };
const LIMITS = { messages: 100, bytes: 10_000, drop: 'oldest', backlog: 0.5, memory: 'ram' };

type Parcel = readonly [child: number, n: number, bytes?: number];

class Packed {
  readonly story: Story;
  #packets = 0;
  readonly #taken = new Set<string>();

  constructor(entry: Setting['entry'] = {}) {
    const parts = [{ kind: 'gateway', params: { ...LIMITS, pack: PACK } as never }];
    this.story = healthy({
      devices: 3,
      carried: { 1: GATEWAY, 2: GATEWAY },
      entry: { ...entry, parts },
      ops: [OPS],
    });
  }

  /** Taken in at `from`, and sent together at `to`; of the readings that the healthy run has. */
  packet(from: number, to: number, ...parcels: Parcel[]): this {
    const packet = this.#packets++;
    for (const [child, n, bytes = 10] of parcels) {
      const parcel = { child, stream: TELEMETRY, n };
      if (!this.#taken.has(`${child} ${n}`)) {
        this.#tell('gateway/took', from, { ...parcel, bytes });
      }
      this.#tell('gateway/passed', from, { ...parcel, backlog: false });
      this.#taken.add(`${child} ${n}`);
      this.#tell('packets/parcel', to, { packet, ...parcel });
    }
    const payload = parcels.reduce((sum, [, , bytes = 10]) => sum + bytes, 0);
    const sizes = { parcels: parcels.length, payload, bytes: payload + 40, apart: payload + 90 };
    return this.#tell('packets/sent', to, { packet, ...sizes, waitedMs: to - from });
  }

  /** Its child has said it a second time. */
  again(child: number, n: number): this {
    this.#taken.delete(`${child} ${n}`);
    return this;
  }

  restored(t: number, child: number, n: number): this {
    return this.#tell('gateway/restored', t, { child, stream: TELEMETRY, n });
  }

  without(op: 'acked' | 'observed' | 'stored', child: number, n: number): this {
    this.story.drop(about(op, child, TELEMETRY, n));
    return this;
  }

  /** Acknowledged then, and not before. */
  acked(t: number, child: number, n: number): this {
    this.without('acked', child, n);
    this.story.add('acked', t, { device: child, stream: TELEMETRY, n });
    return this;
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, ...fields });
    const { child } = fields as { child?: number };
    // The child, too, is what the story is about.
    if (child !== undefined) this.story.add('state', t, { device: child, state: 'power.on' });
    return this;
  }
}

const packetsWhole: CheckerFixtures = {
  passing: {
    'each is taken whole': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).packet(6800, 7000, [1, 6], [2, 6], [1, 7])
        .story,
    'what is not taken at all is whole, too': () =>
      new Packed()
        .packet(5600, 6000, [1, 5], [2, 5])
        .without('acked', 1, 5)
        .without('acked', 2, 5)
        .without('stored', 1, 5)
        .without('stored', 2, 5)
        .without('observed', 1, 5)
        .without('observed', 2, 5).story,
    'what its child says twice goes twice': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).again(1, 5).packet(6800, 7000, [1, 5]).story,
    'what is restored is packed again': () =>
      new Packed()
        .packet(5600, 6000, [1, 5], [2, 5])
        .restored(7000, 1, 5)
        .packet(7000, 7100, [1, 5]).story,
    'it waits for the one before it, which is all that the uplink takes': () =>
      new Packed()
        .packet(5600, 6000, [1, 5], [2, 5])
        .acked(7500, 1, 5)
        .acked(7500, 2, 5)
        .packet(6010, 7510, [1, 6], [2, 6]).story,
    'its own radio stood still for a while': () =>
      new Packed({ health: 'real' }).packet(4600, 6000, [1, 5], [2, 5]).story,
  },
  failing: {
    'only the first is stored': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).without('stored', 2, 5).story,
    'only one is acknowledged': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).without('acked', 1, 5).story,
    'only one is seen': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).without('observed', 1, 5).story,
    'it holds one twice': () => new Packed().packet(5600, 6000, [1, 5], [2, 5], [1, 5]).story,
    'two hold the same': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5]).packet(6800, 7000, [1, 5]).story,
    'it holds too many': () =>
      new Packed().packet(5600, 6000, [1, 5], [2, 5], [1, 6], [2, 6]).story,
    'it is too large': () => new Packed().packet(5600, 6000, [1, 5, 60], [2, 5, 60]).story,
    'it waits for too long': () => new Packed().packet(4600, 6000, [1, 5], [2, 5]).story,
    'it waits for too long after the one before it was acknowledged': () =>
      new Packed()
        .packet(5600, 6000, [1, 5], [2, 5])
        .acked(6100, 1, 5)
        .acked(6100, 2, 5)
        .packet(6010, 7510, [1, 6], [2, 6]).story,
    'the second waits for too long, and nobody acknowledges anything': () =>
      new Packed({ qos: 0 }).packet(4500, 4900, [1, 4], [2, 4]).packet(6100, 7500, [1, 5], [2, 5])
        .story,
  },
  undecided: {
    'nothing is packed': () => new Packed().story,
    'we stood still ourselves while it waited': () =>
      new Packed()
        .packet(4600, 6000, [1, 5], [2, 5])
        .story.add('stall', 5900, { us: 1_200_000, outside: false, process: 'shard-0' }),
  },
};

export default { 'packets-whole': packetsWhole };
