/** What is told of a message is what happened to it, in order of time, and nothing else. */
import { describe, expect, it } from 'vitest';
import { HAPPENED, type MessageView } from '#oracles';
import { COMMAND, healthy, TELEMETRY } from '../testing/story.ts';
import { messageEvents, messageName, senderOf } from './witness.ts';

const { plan } = healthy({
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 2, offsetMs: 0 }] },
});
const { sent, acked, observed, received } = HAPPENED;
const PUMP = 'pumps/north-1/2';

const message = (flags: number, over: Partial<MessageView> = {}): MessageView => ({
  device: 2,
  stream: TELEMETRY,
  n: 7,
  qos: 1,
  intended: 0,
  flags,
  sentCount: 1,
  seenCount: 1,
  sentAt: 1_000_000,
  ackedAt: 3_000_000,
  seenAt: 2_000_000,
  hash: 0,
  fate: 'delivered',
  why: '',
  standing: 'none',
  ...over,
});

const told = (one: MessageView): string[] =>
  messageEvents(plan, one).map(({ t, who, what }) => `${t} ${who}: ${what}`);

describe('a message', () => {
  it('has its name by its device and its number', () => {
    expect(messageName(plan, message(0))).toBe(`${PUMP}, reading 7`);
    expect(messageName(plan, message(0, { device: 9 }))).toBe('device 9, reading 7');
  });

  it('is told of what happened to it, in order of time', () => {
    expect(told(message(0))).toEqual([]);
    expect(told(message(sent))).toEqual([`1000 ${PUMP}: sent reading 7`]);
    expect(told(message(acked))).toEqual(['3000 target: acknowledged reading 7']);
    expect(told(message(observed))).toEqual(['2000 observer: got reading 7']);
    expect(told(message(sent | acked | observed))).toEqual([
      `1000 ${PUMP}: sent reading 7`,
      '2000 observer: got reading 7',
      '3000 target: acknowledged reading 7',
    ]);
  });

  it('is told how often it was sent, where that was more than once', () => {
    const [twice] = told(message(sent, { sentCount: 2 }));
    expect(twice).toBe(`1000 ${PUMP}: sent reading 7 (2 times in all)`);
  });

  it('that goes down is sent by an operator and got by its device', () => {
    const down = message(sent | received, { stream: COMMAND });
    expect(told(down)).toEqual(['1000 operator: sent command 7', `2000 ${PUMP}: got command 7`]);
    expect(senderOf(plan, down)).toBe('operator');
  });
});
