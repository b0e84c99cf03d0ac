import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScriptedServer, settle } from '../testing/scripted-server.ts';
import { LightClient, type LightClientEvents, type LightClientOptions } from './light-client.ts';

interface Owner {
  log: string[];
  onConnected?: (client: LightClient<Owner>) => void;
}

const events: LightClientEvents<Owner> = {
  connected: (client, present) => {
    client.owner.log.push(`connected ${present}`);
    client.owner.onConnected?.(client);
  },
  refused: (client, reason) => void client.owner.log.push(`refused ${reason}`),
  closed: (client, reason) => void client.owner.log.push(`closed ${reason}`),
  acked: (client, key) => void client.owner.log.push(`acked ${key}`),
  abandoned: (client, key) => void client.owner.log.push(`abandoned ${key}`),
  received: (client, topic, payload, qos, { dup, retain }) => {
    const flags = `q${qos}${dup ? ' dup' : ''}${retain ? ' retain' : ''}`;
    client.owner.log.push(`received ${topic}=${Buffer.from(payload).toString()} ${flags}`);
  },
  subscribed: (client, granted) => void client.owner.log.push(`subscribed ${granted}`),
  sentOnWire: (client, key, resend) =>
    void client.owner.log.push(`sent ${key}${resend ? ' again' : ''}`),
};

const OPTIONS: LightClientOptions = {
  clientId: 'd',
  username: '',
  password: '',
  clean: false,
  keepAliveS: 10,
};

function make(options: Partial<LightClientOptions> = {}, streams: { highWaterMark?: number } = {}) {
  const server = new ScriptedServer(streams);
  const owner: Owner = { log: [] };
  const client = new LightClient(server.clientEnd, { ...OPTIONS, ...options }, events, owner);
  const says = (): string[] => owner.log.splice(0);
  return { server, owner, client, says };
}

/** A connected client, its CONNECT and CONNACK out of the way. */
async function online(
  options: Partial<LightClientOptions> = {},
  streams: { highWaterMark?: number } = {},
) {
  const made = make(options, streams);
  await settle();
  made.server.connack();
  await settle();
  made.server.take();
  made.server.chunks = 0;
  made.says();
  return made;
}

const text = (value: string): Uint8Array => Buffer.from(value);

describe('connecting', () => {
  it('sends what it was given', async () => {
    const will = { topic: 'w', payload: text('gone'), qos: 1 as const, retain: true };
    const { server, says } = make({ username: 'u', password: 'p', will });
    await settle();
    expect(server.got[0]).toMatchObject({
      cmd: 'connect',
      clientId: 'd',
      username: 'u',
      password: Buffer.from('p'),
      clean: false,
      keepalive: 10,
      will: { topic: 'w', payload: Buffer.from('gone'), qos: 1, retain: true },
    });
    server.connack(true);
    await settle();
    expect(says()).toEqual(['connected true']);
  });

  it('tells a refusal from a lost connection', async () => {
    const refused = make();
    refused.server.connack(false, 5);
    await settle();
    expect(refused.says()).toEqual(['refused 5 not authorized']);
    expect(refused.server.closed).toBe(true);
    const lost = make();
    lost.server.stream.end();
    await settle();
    expect(lost.says()).toEqual(['closed closed']);
  });

  it('gives the error of the stream as the reason', async () => {
    const { server, says } = make();
    server.clientEnd.destroy(Object.assign(new Error('no'), { code: 'ECONNRESET' }));
    await settle();
    expect(says()).toEqual(['closed ECONNRESET']);
  });
});

describe('publishing', () => {
  it('holds messages until CONNACK and sends one turn in one write', async () => {
    const { server, client, says } = make();
    client.publish(1, 'a', text('x'), 0, false);
    client.publish(2, 'b', text('y'), 1, true);
    await settle();
    expect(server.take()).toEqual(['connect']);
    server.chunks = 0;
    server.connack();
    await settle();
    expect(server.take()).toEqual(['publish - q0 a=x', 'publish 1 q1 retain b=y']);
    expect(server.chunks).toBe(1);
    expect(says()).toEqual(['connected false', 'sent 1', 'sent 2']);
    server.puback(1);
    await settle();
    expect(says()).toEqual(['acked 2']);
  });

  it('keeps to its window and its queue, first in first out', async () => {
    const { server, client, says } = await online({ window: 2, queueLimit: 3 });
    const taken = [1, 2, 3, 4, 5, 6].map((key) =>
      client.publish(key, 't', text(`${key}`), 1, false),
    );
    expect(taken).toEqual([true, true, true, true, true, false]);
    expect(client.unfinished).toBe(5);
    await settle();
    expect(says()).toEqual(['sent 1', 'sent 2']);
    server.puback(2);
    await settle();
    expect(says()).toEqual(['acked 2', 'sent 3']);
    server.puback(1);
    server.puback(3);
    await settle();
    expect(says()).toEqual(['acked 1', 'sent 4', 'acked 3', 'sent 5']);
    expect(server.take().map((packet) => packet.slice(-1))).toEqual(['1', '2', '3', '4', '5']);
  });

  it('does not let QoS 0 overtake what waits', async () => {
    const { server, client } = await online({ window: 1 });
    client.publish(1, 't', text('1'), 1, false);
    client.publish(2, 't', text('2'), 1, false);
    client.publish(3, 't', text('3'), 0, false);
    await settle();
    expect(server.take()).toEqual(['publish 1 q1 t=1']);
    server.puback(1);
    await settle();
    expect(server.take()).toEqual(['publish 2 q1 t=2', 'publish - q0 t=3']);
  });

  it('ends QoS 2 with PUBCOMP, and answers PUBREC each time', async () => {
    const { server, client, says } = await online();
    client.publish(7, 't', text('x'), 2, false);
    await settle();
    server.send({ cmd: 'pubrec', messageId: 1 });
    server.send({ cmd: 'pubrec', messageId: 1 });
    server.send({ cmd: 'pubrec', messageId: 99 });
    await settle();
    expect(server.take()).toEqual(['publish 1 q2 t=x', 'pubrel 1', 'pubrel 1', 'pubrel 99']);
    expect(says()).toEqual(['sent 7']);
    server.send({ cmd: 'pubcomp', messageId: 1 });
    server.send({ cmd: 'pubcomp', messageId: 1 });
    await settle();
    expect(says()).toEqual(['acked 7']);
  });

  it('never gives a packet id twice while it is in use, over 65,535 of them', async () => {
    const { server, client } = await online({ window: 70_000 });
    client.publish(0, 't', text('old'), 1, false);
    await settle();
    server.take();
    for (let key = 1; key <= 66_000; key++) {
      client.publish(key, 't', text(''), 1, false);
      if (key % 1000 !== 0) continue;
      await settle();
      for (const packet of server.got.splice(0)) {
        expect(packet.messageId).not.toBe(1);
        server.puback(packet.messageId ?? 0);
      }
      await settle();
    }
    expect(client.unfinished).toBe(1);
  });

  it('waits while the stream is full', async () => {
    const { server, client, says } = await online({}, { highWaterMark: 64 });
    server.stream.pause();
    for (let key = 1; key <= 5; key++) {
      client.publish(key, 't', new Uint8Array(100), 0, false);
      await settle();
    }
    const sent = says().length;
    expect(sent).toBeGreaterThan(0);
    expect(sent).toBeLessThan(5);
    server.stream.resume();
    await settle();
    expect(says().length + sent).toBe(5);
  });
});

describe('receiving', () => {
  it('acknowledges each QoS as it must, and QoS 2 once', async () => {
    const { server, says } = await online();
    const publish = (messageId: number, qos: 0 | 1 | 2, payload: string, dup = false): void =>
      server.send({ cmd: 'publish', messageId, qos, dup, retain: false, topic: 'c', payload });
    publish(0, 0, 'zero');
    publish(4, 1, 'one', true);
    publish(5, 2, 'two');
    publish(5, 2, 'two', true);
    await settle();
    expect(says()).toEqual(['received c=zero q0', 'received c=one q1 dup', 'received c=two q2']);
    server.send({ cmd: 'pubrel', messageId: 5 });
    await settle();
    expect(server.take()).toEqual(['puback 4', 'pubrec 5', 'pubrec 5', 'pubcomp 5']);
    publish(5, 2, 'another');
    await settle();
    expect(says()).toEqual(['received c=another q2']);
  });

  it('reads packets however they are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 2), fc.string({ maxLength: 300 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.array(fc.nat(3000), { maxLength: 12 }),
        async (messages, cuts) => {
          const source = new ScriptedServer();
          const parts: Buffer[] = [];
          source.stream.write = ((bytes: Buffer) => parts.push(bytes) > 0) as never;
          source.connack();
          messages.forEach(([qos, payload], i) => {
            const packet = { messageId: i + 1, qos: qos as 0 | 1 | 2, dup: false, retain: false };
            source.send({ cmd: 'publish', ...packet, topic: 'c', payload });
          });
          const whole = Buffer.concat(parts);
          const { server, says } = make();
          const marks = [
            ...new Set([0, ...cuts.filter((cut) => cut < whole.length), whole.length]),
          ];
          marks.sort((a, b) => a - b);
          for (let i = 1; i < marks.length; i++)
            server.bytes(whole.subarray(marks[i - 1], marks[i]));
          await settle();
          expect(says().slice(1)).toEqual(
            messages.map(([qos, payload]) => `received c=${payload} q${qos}`),
          );
        },
      ),
      { seed: 11, numRuns: 60 },
    );
  });

  it('tells the owner what a subscription was granted', async () => {
    const { server, client, says } = await online();
    client.subscribe(['a/#', 'b'], 2);
    await settle();
    expect(server.got[0]).toMatchObject({
      cmd: 'subscribe',
      subscriptions: [
        { topic: 'a/#', qos: 2 },
        { topic: 'b', qos: 2 },
      ],
    });
    server.send({ cmd: 'suback', messageId: server.got[0]?.messageId ?? 0, granted: [1, 128] });
    server.send({ cmd: 'suback', messageId: 77, granted: [0] });
    await settle();
    expect(says()).toEqual(['subscribed 1,128']);
  });
});

describe('a session over two connections', () => {
  /**
   * Keys 1 (QoS 1), 2 (QoS 2), 3 (QoS 2 with a PUBREC) in flight, 4 and 5 queued, inbound QoS 2 id
   * 9 known.
   */
  async function interrupted() {
    const first = await online({ window: 3 });
    first.client.publish(1, 't', text('1'), 1, false);
    first.client.publish(2, 't', text('2'), 2, false);
    first.client.publish(3, 't', text('3'), 2, false);
    first.client.publish(4, 't', text('4'), 1, false);
    first.client.publish(5, 't', text('5'), 0, false);
    await settle();
    first.server.send({ cmd: 'pubrec', messageId: 3 });
    const inbound = { messageId: 9, qos: 2 as const, dup: false, retain: false, topic: 'c' };
    first.server.send({ cmd: 'publish', ...inbound, payload: 'in' });
    await settle();
    first.server.stream.destroy();
    first.server.clientEnd.destroy();
    await settle();
    expect(first.says().at(-1)).toBe('closed closed');
    return first.client.takeSession();
  }

  it('present: sends again in order, with DUP and the same ids, before anything new', async () => {
    const session = await interrupted();
    const { server, client, owner, says } = make({ window: 3 });
    client.resume(session);
    owner.onConnected = (self) => void self.publish(6, 't', text('6'), 1, false);
    await settle();
    server.take();
    server.connack(true);
    await settle();
    expect(server.take()).toEqual(['publish 1 q1 dup t=1', 'publish 2 q2 dup t=2', 'pubrel 3']);
    expect(says()).toEqual(['connected true', 'sent 1 again', 'sent 2 again']);
    server.puback(1);
    server.send({ cmd: 'pubcomp', messageId: 3 });
    await settle();
    expect(says()).toEqual(['acked 1', 'sent 4', 'sent 5', 'acked 3', 'sent 6']);
    const repeated = { messageId: 9, qos: 2 as const, dup: true, retain: false, topic: 'c' };
    server.send({ cmd: 'publish', ...repeated, payload: 'in' });
    await settle();
    expect(says()).toEqual([]);
  });

  it('not present: QoS 1 anew and first, QoS 2 abandoned, inbound forgotten', async () => {
    const session = await interrupted();
    const { server, client, says } = make({ window: 3 });
    client.resume(session);
    await settle();
    server.take();
    server.connack(false);
    await settle();
    const sent = server.take();
    expect(sent.map((packet) => packet.replace(/publish \S+/, 'publish'))).toEqual([
      'publish q1 t=1',
      'publish q1 t=4',
      'publish q0 t=5',
    ]);
    expect(says()).toEqual([
      'connected false',
      'sent 1 again',
      'abandoned 2',
      'abandoned 3',
      'sent 4',
      'sent 5',
    ]);
    const repeated = { messageId: 9, qos: 2 as const, dup: true, retain: false, topic: 'c' };
    server.send({ cmd: 'publish', ...repeated, payload: 'in' });
    await settle();
    expect(says()).toEqual(['received c=in q2 dup']);
  });

  it.each([true, false])('puts what is owed before what is new (present: %s)', async (present) => {
    const publishOf = (client: LightClient<Owner>, key: number): void =>
      void client.publish(key, 't', text(`${key}`), 1, false);
    for (const queued of [0, 1]) {
      const first = await online({ window: 1 });
      for (let key = 1; key <= 1 + queued; key++) publishOf(first.client, key);
      first.client.destroy();
      const { server, client, owner } = make({ window: 9 });
      if (queued > 0) publishOf(client, 3);
      client.resume(first.client.takeSession());
      owner.onConnected = (self) => publishOf(self, 4);
      await settle();
      server.take();
      server.connack(present);
      await settle();
      const order = server.take().map((packet) => Number(packet.slice(-1)));
      expect(order).toEqual(queued > 0 ? [1, 2, 3, 4] : [1, 4]);
    }
  });

  it('survives a connection that never came up', async () => {
    const session = await interrupted();
    const { server, client } = make();
    client.resume(session);
    server.clientEnd.destroy();
    await settle();
    const again = client.takeSession();
    expect(again.inFlight.map(({ key }) => key)).toEqual([1, 2, 3]);
    expect(again.queue.map(({ key }) => key)).toEqual([4, 5]);
    expect(again.inbound).toEqual([9]);
  });
});

describe('keeping alive', () => {
  it('breaks its silence, and gives up on a server that does not answer', async () => {
    const { server, client, says } = await online({ keepAliveS: 10 });
    let due = client.fire(1000);
    const pings: number[] = [];
    for (let now = due; now < 60_000; now = due) {
      due = client.fire(now);
      await settle();
      if (server.take().includes('pingreq')) pings.push(now);
      if (now < 40_000) server.send({ cmd: 'pingresp' });
      await settle();
      if (due === Infinity) break;
    }
    expect(pings.length).toBeGreaterThan(3);
    const gaps = pings.map((at, i) => at - (pings[i - 1] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(8000);
    expect(Math.min(...gaps.slice(1))).toBeGreaterThanOrEqual(4000);
    expect(says()).toEqual(['closed keep-alive']);
    expect(server.closed).toBe(true);
  });

  it('does not ping while it publishes, and never at keep-alive 0', async () => {
    const { server, client } = await online({ keepAliveS: 10 });
    for (let now = 0; now < 60_000; now += 2000) {
      client.publish(now, 't', text(''), 0, false);
      client.fire(now);
    }
    await settle();
    expect(server.take()).not.toContain('pingreq');
    const never = await online({ keepAliveS: 0 });
    expect(never.client.fire(1e9)).toBe(Infinity);
  });
});

describe('endings', () => {
  it('says goodbye before it leaves, with what was still to be written', async () => {
    const { server, client, says } = await online();
    client.publish(1, 't', text('last'), 0, false);
    client.disconnect();
    await settle();
    expect(server.take()).toEqual(['publish - q0 t=last', 'disconnect']);
    expect(server.stream.readableEnded).toBe(true);
    expect(client.publish(2, 't', text(''), 0, false)).toBe(false);
    server.stream.end();
    await settle();
    expect(says()).toEqual(['sent 1']);
  });

  it('is silent after destroy and after release', async () => {
    const gone = await online();
    gone.client.destroy();
    const handed = await online();
    const stream = handed.client.release();
    expect(stream).toBe(handed.server.clientEnd);
    handed.server.bytes(Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff));
    await settle();
    expect(stream.destroyed).toBe(false);
    stream.destroy(new Error('later'));
    await settle();
    expect([...gone.says(), ...handed.says()]).toEqual([]);
    expect(gone.server.closed).toBe(true);
  });

  it('may be ended inside its own callbacks', async () => {
    const { server, client, owner, says } = make();
    owner.onConnected = (self) => self.destroy();
    client.publish(1, 't', text('x'), 1, false);
    server.connack();
    await settle();
    expect(says()).toEqual(['connected false']);
    expect(client.takeSession().queue).toHaveLength(1);
  });
});

describe('a server that breaks the protocol', () => {
  const cases: [string, (server: ScriptedServer) => void][] = [
    ['first packet is not a CONNACK', (server) => server.puback(1)],
    ['connack from a server', (server) => [server.connack(), server.connack()]],
    [
      'subscribe from a server',
      (server) => {
        server.connack();
        server.send({ cmd: 'subscribe', messageId: 1, subscriptions: [{ topic: 'a', qos: 0 }] });
      },
    ],
    [
      'packet length',
      (server) => {
        server.connack();
        server.bytes(Uint8Array.of(0x30, 0xff, 0xff, 0xff, 0x7f));
      },
    ],
    [
      'reserved flag bits',
      (server) => {
        server.connack();
        server.bytes(Uint8Array.of(0x41, 2, 0, 1));
      },
    ],
    [
      'packet id missing',
      (server) => {
        server.connack();
        server.bytes(Uint8Array.of(0x40, 2, 0, 0));
      },
    ],
    [
      'topic of a PUBLISH',
      (server) => {
        server.connack();
        server.bytes(Uint8Array.of(0x30, 3, 0, 1, 0x23));
      },
    ],
    ['return code missing', (server) => server.bytes(Uint8Array.of(0x20, 1, 0))],
  ];
  it.each(cases)('%s', async (reason, play) => {
    const { server, says } = make();
    play(server);
    await settle();
    expect(says().filter((line) => line.startsWith('closed'))).toEqual([
      `closed protocol: ${reason}`,
    ]);
    expect(server.closed).toBe(true);
  });

  it('answers a publish by the acknowledgement of another QoS', async () => {
    for (const [qos, cmd] of [
      [1, 'pubrec'],
      [2, 'puback'],
      [2, 'pubcomp'],
    ] as const) {
      const { server, client, says } = await online();
      client.publish(1, 't', text(''), qos, false);
      server.send({ cmd, messageId: 1 });
      await settle();
      expect(says().at(-1)).toMatch(/^closed protocol: PUB/);
    }
  });

  it('never makes the client throw', async () => {
    const chunk = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      // Plausible heads reach deeper than noise.
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 20 }))
        .map(([first, rest]) => Uint8Array.of(first, rest.length, ...rest)),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(chunk, { maxLength: 10 }),
        async (connected, chunks) => {
          const { server, client, says } = make();
          client.publish(1, 't', text(''), 1, false);
          if (connected) server.connack();
          for (const bytes of chunks) server.bytes(bytes);
          await settle();
          expect(says().filter((line) => line.startsWith('closed')).length).toBeLessThanOrEqual(1);
        },
      ),
      { seed: 5, numRuns: 400 },
    );
  });
});
