/** TEST ONLY. Two children on the bus of a gateway, asked once a second, as a ledger tells it. */
import { type FaultPlan, GATEWAY_OPS } from '#kernel';
import { told } from './fault-story.ts';
import { healthy, type Setting, type Story } from './story.ts';

const GATEWAY = 0;
/** So many questions in a row are left open by one that is lost. */
const MISSES = 3;

const OPS = {
  'gateway/missed': { device: 'device', child: 'device', round: 'count' },
  'gateway/answered': { device: 'device', child: 'device', round: 'count' },
  'gateway/told': { device: 'device', child: 'device', n: 'count', lost: 'boolean' },
  'gateway/alike': { device: 'device', child: 'device', n: 'count', times: 'count' },
  ...GATEWAY_OPS,
} as const;

const setting: Setting = {
  devices: 3,
  carried: { 1: GATEWAY, 2: GATEWAY },
  entry: {
    parts: [
      {
        kind: 'gateway',
        params: { bus: { poll: 1000, latency: 0, loss: 0, misses: MISSES } },
      },
    ],
  },
  ops: [OPS],
};

type Fields = { child: number } & Readonly<Record<string, number | boolean>>;

export class BusStory {
  readonly story: Story;

  /** With a fault on the bus, from 7 s to 10 s, or without. */
  constructor(fault: Partial<FaultPlan> | null = null, more: Partial<Setting> = {}) {
    const whole = { ...setting, ...more };
    this.story = fault === null ? healthy(whole) : told(fault, whole);
  }

  missed(child: number, ...times: number[]): this {
    for (const t of times) this.#tell('gateway/missed', t, { child, round: Math.floor(t / 1000) });
    return this;
  }

  answered(child: number, t: number): this {
    return this.#tell('gateway/answered', t, { child, round: Math.floor(t / 1000) });
  }

  told(child: number, t: number, lost: boolean): this {
    return this.#tell('gateway/told', t, { child, n: Math.floor(t), lost });
  }

  /** A reading of number `n`, of which the bytes matter to nobody. */
  took(child: number, t: number, n: number): this {
    return this.#tell('gateway/took', t, { child, stream: 0, n, bytes: 20 });
  }

  alike(child: number, t: number, n: number): this {
    return this.#tell('gateway/alike', t, { child, n, times: 3 });
  }

  off(t: number): this {
    this.story.add('state', t, { device: GATEWAY, state: 'power.off' });
    this.story.add('off', t, { device: GATEWAY, cause: 'power-cut' });
    return this;
  }

  #tell(op: keyof typeof OPS, t: number, fields: Fields): this {
    this.story.add(op, t, { device: GATEWAY, ...fields });
    // The child, too, is what the story is about.
    this.story.add('state', t, { device: fields.child, state: 'power.on' });
    return this;
  }
}
