/**
 * The users of load in the ledger. What they did is known when k6 has ended, so they have a segment
 * of their own, beside the shards'. k6 goes by the wall clock and we by the run's: whoever sends
 * must never seem to have sent after an observer saw it, so each event is put a little early.
 */
import { FLAG, K6, type Plan, streamNamed } from '#kernel';
import type { LedgerWriter } from '../../../record/ledger-writer.ts';
import type { UserEvent } from './k6-stream.ts';

const EARLY_MS = 1;

/** Stands where the last event was. */
export class ToldClock {
  #at = 0;

  now(): number {
    return this.#at;
  }

  /** Never back: entries of a segment do not. */
  set(ms: number): void {
    this.#at = Math.max(this.#at, ms);
  }
}

/** Writes down what happened; `zeroWall` is the run's instant zero by the wall clock. */
export function writeUsers(
  plan: Plan,
  events: readonly UserEvent[],
  zeroWall: number,
  { ledger, clock }: { ledger: LedgerWriter; clock: ToldClock },
): void {
  const roster = new Map(plan.devices.map(({ id }, index) => [id, index]));
  const stream = streamNamed(plan, K6)?.code ?? -1;
  for (const { at, op, device: id, data } of events) {
    const device = roster.get(id);
    if (device === undefined || plan.devices[device]?.load !== true) continue;
    clock.set(at - zeroWall - EARLY_MS);
    const message = { device, stream, n: Number(data.n) };
    const why = data.why ?? '';
    switch (op) {
      case 'boot':
        ledger.write('boot', { device, epoch: 0, cause: K6 });
        break;
      case 'connect':
        ledger.write('connect', { device, attempt: Number(data.attempt ?? 0), will: 0 });
        break;
      case 'online':
        ledger.write('online', { device, present: data.present === '1' });
        break;
      case 'connect-failed':
      case 'offline':
        ledger.write(op, { device, why });
        break;
      case 'sent': {
        const flags = Number(data.qos ?? 1) | (data.resend === '1' ? FLAG.resend : 0);
        ledger.writeSent(clock.now(), { ...message, hash: Number(data.hash), flags });
        break;
      }
      case 'acked':
        ledger.write('acked', message);
        break;
      case 'abandoned':
        ledger.write('abandoned', { ...message, why });
        break;
    }
  }
}
