/**
 * When devices had a connection, and when each began to write over the bank that it did not run:
 * from then on nothing that it is told ends its update.
 */
import { overlaps, type Span } from '../timeline.ts';
import { isOnTarget, type Stood } from './hindered.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** In microseconds: whatever is under way to a device has come by then. */
const SOON = 5_000_000;
/** So long after it was over a fault might still be felt. */
const FELT = 10_000_000;

export class Lines {
  readonly #online = new Map<number, Span[]>();
  readonly #installs = new Map<number, number[]>();

  step(op: string, device: number, t: number): void {
    if (op !== 'online' && op !== 'offline' && op !== 'off') return;
    const spans = listOf(this.#online, device);
    const last = spans.at(-1);
    if (last?.to === NEVER) last.to = t;
    if (op === 'online') spans.push({ from: t, to: NEVER });
  }

  installs(device: number, t: number): void {
    listOf(this.#installs, device).push(t);
  }

  /** The first time from then on; never where it did not. */
  installsFrom(device: number, from: number): number {
    return this.#installs.get(device)?.find((t) => t >= from) ?? NEVER;
  }

  /** Whether it had one for so long in there that it must have heard what was sent to it. */
  mustHear(device: number, { from, to }: Span, { downs, stalls, faults }: Stood): boolean {
    const own = faults.filter(({ plan }) => isOnTarget(plan) || plan.devices.includes(device));
    const troubles: Span[] = [...downs, ...stalls, ...own];
    return (this.#online.get(device) ?? []).some((line) => {
      const until = Math.min(line.to, to);
      const first = Math.max(line.from, from);
      const calm = [first, ...troubles.map((one) => one.to + FELT).filter((t) => t > first)];
      return calm.some((t) => {
        const felt = { from: t - FELT, to: t + SOON };
        return t + SOON <= until && !troubles.some((one) => overlaps(one, felt));
      });
    });
  }
}

function listOf<T>(lists: Map<number, T[]>, device: number): T[] {
  const list = lists.get(device) ?? [];
  lists.set(device, list);
  return list;
}
