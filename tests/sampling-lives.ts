/**
 * A device whose level wanders, and which loses its power now and then: one of its parts is shown
 * every sample, and what it does is told as a ledger would, for the oracle that judges it.
 */
import {
  type LedgerEntry,
  layOps,
  type Mutant,
  type Plan,
  type Random,
  randomStream,
} from '#kernel';
import { BENCH_MODEL, BenchDevice } from '../devices/duties/bench-device.ts';
import type { PartKind, PartMessage } from '../devices/part.ts';
import { foldHistory } from '../twins/oracles/fold-history.ts';
import { kindsOfFolder } from '../twins/oracles/testing/kinds.ts';
import { testPlan } from '../twins/oracles/testing/plan.ts';

const kinds = await kindsOfFolder();
const SAMPLED = [{ name: 'telemetry', way: 'up', schedule: { by: 'sampling' } }] as const;
export const TELEMETRY = 0;

export interface Sample {
  n: number;
  level: number;
  /** Another signal, which changes now and then. */
  other: number;
  /** Why it was held back, or what it was when it went; the device was off where neither. */
  why: string | null;
  said: Readonly<Record<string, unknown>> | null;
  isOff: boolean;
}

export class LivingDevice extends BenchDevice {
  readonly entries: LedgerEntry[] = [];
  readonly samples: Sample[] = [];
  readonly sent: PartMessage[] = [];
  seams: Readonly<Record<string, unknown>> = {};
  level = 10;
  fired = 0;

  constructor(kind: PartKind, params: object) {
    super(kind, BENCH_MODEL, params as never, SAMPLED);
    this.isPowered = true;
  }

  override write(op: string, fields: object): void {
    super.write(op as never, fields as never);
    this.tell(op as never, fields);
  }

  override seam<F>(name?: string): F | undefined {
    return this.seams[name ?? ''] as F | undefined;
  }

  override send(message: PartMessage): void {
    super.send(message);
    this.sent.push(message);
  }

  override tell(op: { type: string } | string, fields: object = {}): void {
    const t = this.readings * 1_000_000;
    this.entries.push({ t, op, device: 0, ...fields } as unknown as LedgerEntry);
  }

  /** The next point of its grid. */
  sample(): Sample {
    const n = this.readings;
    const { level } = this;
    const other = Math.floor(level / 2);
    const sample: Sample = { n, level, other, why: null, said: null, isOff: !this.isPowered };
    if (this.isPowered) {
      const message = { stream: TELEMETRY, n, intended: 0, values: { level, other } };
      sample.why = (this.call('holds', message) as string | null | undefined) ?? null;
      const reworded = sample.why === null ? this.call('rewords', message) : null;
      if (sample.why === null) sample.said = (reworded ?? message.values) as Sample['said'];
      else this.tell('not-sent', { stream: TELEMETRY, n, why: sample.why });
    } else this.tell('not-sent', { stream: TELEMETRY, n, why: 'device-off' });
    this.samples.push(sample);
    this.readings++;
    return sample;
  }

  lose(): void {
    if (!this.isPowered) return;
    this.isPowered = false;
    this.call('powered', false, 'test');
    this.tell('off', { cause: 'test' });
  }

  boot(): void {
    if (this.isPowered) return;
    this.isPowered = true;
    this.call('powered', true, 'test');
    this.tell('boot', { epoch: ++this.epoch, cause: 'test' });
    this.call('booted', this.epoch, 'test');
  }
}

export interface Life<T> {
  device: LivingDevice;
  oracle: T;
}

/** A life of so many samples; `turn` may add to what happens before each of them. */
export function live<T>(
  wish: {
    part: PartKind;
    params: (random: Random) => Readonly<Record<string, unknown>>;
    oracle: string;
    samples: number;
    ops?: PartKind['ops'];
    turn?: (device: LivingDevice, random: Random) => void;
    after?: (device: LivingDevice) => void;
  },
  seed: number,
  mutant: Mutant | null = null,
): Life<T> {
  const random = randomStream(seed, `lives/${wish.part.kind}`);
  const params = wish.params(random);
  const device = new LivingDevice(wish.part, params);
  const plant = mutant?.plant(
    () => device.fired++,
    () => 0,
  );
  device.seams = (plant ?? {}) as LivingDevice['seams'];
  device.call('begin');
  for (let n = 0; n < wish.samples; n++) {
    device.level += (random.below(5) - 2) / 4;
    if (random.below(25) === 0) device.lose();
    else if (random.below(3) === 0) device.boot();
    wish.turn?.(device, random);
    device.sample();
  }
  device.isStopped = true;
  device.call('account', wish.samples * 1000);
  wish.after?.(device);
  const plan: Plan = { ...testPlan({ devices: 1, readings: wish.samples, commands: null }) };
  const [entry] = plan.entries;
  const part = { kind: wish.part.kind, params: params as never };
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [part] }];
  const ops = layOps([wish.part.ops ?? {}, wish.ops ?? {}]);
  const history = { plan: { ...plan, ops }, entries: device.entries };
  return { device, oracle: foldHistory(kinds, wish.oracle, history) as T };
}
