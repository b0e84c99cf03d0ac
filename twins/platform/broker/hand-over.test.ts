/** Who has what of a queue: under which ids it goes out, and what an answer to it takes away. */
import { expect, test } from 'vitest';
import type { BrokerTables } from '../store/broker-tables.ts';
import type { CommitQueue } from '../store/commit-queue.ts';
import type { AedesPacket, ClientInside } from './aedes-inside.ts';
import { HandOver } from './hand-over.ts';
import { QUEUE_ID_MAX } from './session.ts';
import { Sessions } from './sessions.ts';

function scene() {
  const nothing = { sessions: () => [], subscriptions: () => [], outgoing: () => [] };
  const written: string[] = [];
  const note = (name: string) => (given: unknown) =>
    void written.push(`${name} ${typeof given === 'object' ? 'row' : String(given)}`);
  const tables = {
    ...nothing,
    addSession: () => {},
    enqueue: note('enqueue'),
    dequeue: note('dequeue'),
    release: note('release'),
  } as unknown as BrokerTables;
  const commits = {
    defer: (write: () => void) => write(),
    run: async (write: () => void) => write(),
  } as unknown as CommitQueue;
  const sessions = new Sessions(tables, commits, 10, null);
  const handOver = new HandOver(sessions, tables, commits);
  const client = { id: 'c', clean: false, _nextId: 0 } as unknown as ClientInside;
  handOver.greet(client);
  const session = sessions.open('c');
  const message = (brokerCounter: number, messageId?: number): AedesPacket =>
    ({
      ...{ cmd: 'publish', topic: 't', payload: Buffer.of(brokerCounter), qos: 1, brokerCounter },
      ...(messageId === undefined ? {} : { messageId }),
    }) as unknown as AedesPacket;
  return { written, sessions, handOver, client, session, message };
}

test('a live message goes out under the id of its copy, and Aedes has its own id back', () => {
  const { sessions, handOver, client, session, message } = scene();
  expect(client._nextId).toBe(QUEUE_ID_MAX + 1);
  const queued = sessions.enqueueLater(session, message(5), 1);
  const packet = message(5, 40_000);
  client._nextId = 40_001;
  void handOver.send(client, packet);
  expect([packet.messageId, client._nextId]).toEqual([queued?.messageId, 40_000]);
  // One that Aedes has given no id takes none back.
  const bare = message(6);
  void handOver.send(client, bare);
  expect([bare.messageId, client._nextId]).toEqual([(queued?.messageId ?? 0) + 1, 40_000]);
  expect(session.queue.size).toBe(2);
});

test('an answer takes away what it answers, once, and one to nothing takes nothing', () => {
  const { sessions, handOver, client, session, message, written } = scene();
  const queued = sessions.enqueueLater(session, message(5), 1);
  const answer = (messageId: number, to = client): unknown => {
    let found: unknown = 'not asked';
    const packet = { cmd: 'puback', messageId } as unknown as AedesPacket;
    void handOver.received(to, packet).then((one) => {
      found = one;
    });
    return found;
  };
  const stranger = { ...client, id: 'nobody' } as unknown as ClientInside;
  expect(answer(queued?.messageId ?? 0, stranger)).toBeUndefined();
  expect(answer(4711)).toBeUndefined();
  expect(session.queue.size).toBe(1);
  const { messageId = 0, payload } = queued ?? {};
  expect(answer(messageId)).toEqual({
    ...{ cmd: 'publish', topic: 't', payload, qos: 1, retain: false, messageId },
  });
  expect(answer(messageId)).toBeUndefined();
  expect([session.queue.size, written]).toEqual([0, ['enqueue row', 'dequeue 1']]);
});

test('the copy of a live message is given up, and where there is none, none is', () => {
  const { sessions, handOver, client, session, message } = scene();
  sessions.enqueueLater(session, message(5), 1);
  const stranger = { ...client, id: 'nobody' } as unknown as ClientInside;
  handOver.forgetCopy(stranger, message(5));
  handOver.forgetCopy(client, message(6));
  expect(session.queue.size).toBe(1);
  handOver.forgetCopy(client, message(5));
  expect(session.queue.size).toBe(0);
});

test('a live message is due once per connection, when its queue has been sent', async () => {
  const { sessions, handOver, client, session, message } = scene();
  sessions.enqueueLater(session, message(5), 1);
  expect(handOver.isDue(client, message(5))).toBe(false);
  // The queue goes out: there is the one, and then it is live.
  const drain = handOver.drain(client);
  for await (const packet of drain) {
    expect(packet).toMatchObject({ messageId: 1, dup: false });
    void handOver.send(client, packet as AedesPacket);
  }
  expect(handOver.isDue(client, message(5))).toBe(false);
  sessions.enqueueLater(session, message(6), 1);
  expect(handOver.isDue(client, message(6))).toBe(true);
  void handOver.send(client, message(6, 40_000));
  expect(handOver.isDue(client, message(6))).toBe(false);
  // Of what is not in its queue nothing is due.
  expect(handOver.isDue(client, message(7))).toBe(false);
});
