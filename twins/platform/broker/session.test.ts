import { expect, test } from 'vitest';
import { QUEUE_ID_MAX, type QueuedPacket, Session } from './session.ts';

const packet = (seq: number, messageId: number): QueuedPacket => ({
  seq,
  client: 'c',
  messageId,
  released: false,
  topic: 't',
  payload: new Uint8Array(0),
  qos: 1,
  counter: 0,
  sentBy: 0,
});

test('packet ids go round, skip what is in use, and end', () => {
  const session = new Session('c');
  for (let seq = 1; seq <= QUEUE_ID_MAX; seq++) session.add(packet(seq, session.freeId()));
  expect(session.byMessageId.size).toBe(QUEUE_ID_MAX);
  expect(session.freeId()).toBe(0);
  const old = session.byMessageId.get(77);
  if (old !== undefined) session.remove(old);
  expect(session.freeId()).toBe(77);
});

test('a packet that is gone leaves no number behind', () => {
  const session = new Session('c');
  const early = packet(1, session.freeId());
  session.add(early);
  session.bind(early, 10);
  session.remove(early);
  const late = packet(2, session.freeId());
  session.add(late);
  session.remove(late);
  // Acknowledged out of the queue before Aedes published it.
  session.bind(late, 11);
  expect([session.queue.size, session.byMessageId.size, session.byCounter.size]).toEqual([0, 0, 0]);
});
