/** What a retained topic may hold, at the very instants at which a reading begins and ends. */
import { describe, expect, it } from 'vitest';
import { HAPPENED, type MessageView, type Oracles } from '#oracles';
import { healthy, STATUS, TELEMETRY } from '../testing/story.ts';
import { type Register, registerKey, registersFor } from './registers.ts';

const { plan } = healthy({ entry: { retainStatus: true } });
const { sent, acked, observed } = HAPPENED;
const READ = { from: 5000, to: 6000 };

const status = (n: number, over: Partial<MessageView> = {}): Partial<MessageView> => ({
  device: 0,
  stream: STATUS,
  n,
  qos: 1,
  flags: sent,
  sentAt: 1000 + n,
  fate: 'delivered',
  ...over,
});

/** Definite, and the possible ones. */
function registerOf(...messages: Partial<MessageView>[]): [number, number, number[]] | null {
  const delivery = { each: (visit: (one: never) => void) => messages.forEach(visit as never) };
  const registers = registersFor(plan, delivery as unknown as Oracles['delivery'], READ);
  const register: Register | undefined = registers.get(registerKey({ device: 0, stream: STATUS }));
  if (register === undefined) return null;
  return [register.definite, register.definiteAt, [...register.possible]];
}

const seen = (n: number, seenAt: number) => status(n, { flags: sent | observed, seenAt });
const confirmed = (n: number, ackedAt: number, over: Partial<MessageView> = {}) =>
  status(n, { flags: sent | acked, ackedAt, ...over });

describe('a register', () => {
  it('holds what was seen or confirmed before the reading, and may hold what is later', () => {
    expect(registerOf(seen(3, 4999))).toEqual([3, 4999, []]);
    expect(registerOf(seen(3, 5000))).toEqual([-1, 0, [3]]);
    expect(registerOf(confirmed(3, 4999))).toEqual([3, 4999, []]);
    expect(registerOf(confirmed(3, 5000))).toEqual([-1, 0, [3]]);
    expect(registerOf(status(3))).toEqual([-1, 0, [3]]);
  });

  it('may hold what was sent until the reading ends, and nothing that was never sent', () => {
    expect(registerOf(status(3, { sentAt: 6000 }))).toEqual([-1, 0, [3]]);
    expect(registerOf(status(3, { sentAt: 6001 }))).toBeNull();
    expect(registerOf(status(3, { flags: 0 }))).toBeNull();
    expect(registerOf(status(3, { stream: TELEMETRY }))).toBeNull();
  });

  it('forgets what came before the last one that is certain', () => {
    const messages = [status(1), seen(2, 4000), status(3), status(4)];
    expect(registerOf(...messages)).toEqual([2, 4000, [3, 4]]);
  });

  it('is not sure of what was confirmed at QoS 0, or lost all the same', () => {
    expect(registerOf(confirmed(3, 4000, { qos: 0 }))).toEqual([-1, 0, [3]]);
    expect(registerOf(confirmed(3, 4000, { fate: 'lost' }))).toEqual([-1, 0, [3]]);
  });
});
