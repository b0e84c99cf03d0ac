/**
 * The light client against mqtt.js: the same script on the same broker must leave the same marks on
 * it.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { afterAll, describe, expect, it } from 'vitest';
import {
  type Broker,
  type BrokerKind,
  MEMORY_AEDES,
  MOSQUITTO,
  SOCKET_AEDES,
  until,
} from '../testing/brokers.ts';
import { makePeer, type Peer, type PeerKind, type PeerOptions } from '../testing/peers.ts';

const KINDS: readonly PeerKind[] = ['light client', 'mqtt.js'];

/**
 * One script's surroundings: a peer under test, and a witness on the same broker that sees all of
 * `root`.
 */
interface Stage {
  broker: Broker;
  root: string;
  make(options?: Partial<PeerOptions>): Peer;
  witness: Peer;
  /** Everything published before this call has reached the witness when it is over. */
  fence(): Promise<void>;
}

type Script = (stage: Stage) => Promise<unknown>;

async function qosOutward({ root, make, broker, witness, fence }: Stage): Promise<unknown> {
  const peer = make();
  await peer.connect(broker.open);
  for (const qos of [0, 1, 2] as const) await peer.publish(`${root}/out`, `m${qos}`, qos);
  // Aedes acknowledges before it has stored: each value must have come by before the next is sent.
  const steps = [
    ['kept', 'first', 1],
    ['kept', 'second', 2],
    ['cleared', 'x', 1],
    ['cleared', '', 1],
  ] as const;
  for (const [topic, payload, qos] of steps) {
    await peer.publish(`${root}/${topic}`, payload, qos, true);
    await until(() => witness.received.includes(`${root}/${topic}=${payload} q${qos}`));
  }
  await peer.disconnect();
  await until(() => witness.received.length >= 7);
  await fence();
  const late = make({ clientId: `${root}-late`, clean: true });
  await late.connect(broker.open);
  await late.subscribe(`${root}/#`, 2);
  await until(() => late.received.some((entry) => entry.includes('kept')));
  await late.disconnect();
  return { live: witness.received.sort(), retained: late.received };
}

async function qosInward({ root, make, broker, witness }: Stage): Promise<unknown> {
  const peer = make();
  await peer.connect(broker.open);
  await peer.subscribe(`${root}/in/+`, 2);
  for (const qos of [0, 1, 2] as const) {
    for (let i = 0; i < 5; i++) await witness.publish(`${root}/in/${qos}`, `m${i}`, qos);
  }
  await until(() => peer.received.length >= 15);
  await peer.disconnect();
  return peer.received.sort();
}

async function downgradedGrant({ root, make, broker, witness }: Stage): Promise<unknown> {
  const peer = make();
  await peer.connect(broker.open);
  await peer.subscribe(`${root}/in`, 0);
  await witness.publish(`${root}/in`, 'x', 2);
  await until(() => peer.received.length >= 1);
  await peer.disconnect();
  return peer.received;
}

async function wills({ root, make, broker, witness, fence }: Stage): Promise<unknown> {
  const will = { topic: `${root}/will`, payload: 'gone', qos: 1 as const, retain: true };
  const polite = make({ clientId: `${root}-polite`, clean: true, will });
  await polite.connect(broker.open);
  await polite.disconnect();
  await fence();
  const afterGoodbye = [...witness.received];
  const abrupt = make({ clientId: `${root}-abrupt`, clean: true, will });
  await abrupt.connect(broker.open);
  await abrupt.kill();
  await until(() => witness.received.length > afterGoodbye.length);
  return { afterGoodbye, afterKill: witness.received };
}

async function offlineQueue({ root, make, broker, witness }: Stage): Promise<unknown> {
  const peer = make({ clean: false });
  const first = await peer.connect(broker.open);
  await peer.subscribe(`${root}/in`, 2);
  await peer.disconnect();
  for (const qos of [1, 2] as const) await witness.publish(`${root}/in`, `m${qos}`, qos);
  const second = await peer.connect(broker.open);
  await until(() => peer.received.length >= 2);
  await peer.disconnect();
  return { first, second, received: peer.received.sort() };
}

/**
 * Publishes into a line that swallows the answers, dies, and comes back: what does the broker pass
 * on?
 */
const killedBeforeAnswer =
  (qos: 1 | 2): Script =>
  async ({ root, make, broker, witness, fence }) => {
    const peer = make({ clean: false });
    await peer.connect(broker.open);
    await peer.subscribe(`${root}/nothing`, 0);
    await peer.disconnect();
    const gate = gated(broker.open());
    await peer.connect(() => gate.stream);
    gate.deafen();
    const finished = ['a', 'b', 'c'].map((payload) => peer.publish(`${root}/out`, payload, qos));
    await until(() => gate.swallowed() >= 12);
    await peer.kill();
    const present = await peer.connect(broker.open);
    await Promise.all(finished);
    await peer.publish(`${root}/out`, 'd', qos);
    await until(() => witness.received.some((entry) => entry.includes('=d')));
    await fence();
    await peer.disconnect();
    // A QoS 1 duplicate may come before or after its neighbours; how often each came may not
    // differ.
    return { present, received: witness.received.sort() };
  };

async function resentInNewSession({ root, make, broker, witness, fence }: Stage): Promise<unknown> {
  const peer = make({ clean: true });
  const gate = gated(broker.open());
  await peer.connect(() => gate.stream);
  gate.deafen();
  const finished = peer.publish(`${root}/out`, 'a', 1);
  await until(() => gate.swallowed() >= 4);
  await peer.kill();
  const present = await peer.connect(broker.open);
  await finished;
  await fence();
  await peer.disconnect();
  return { present, received: witness.received };
}

/** Name, script, and what both clients must leave behind on every broker. */
const SCRIPTS: [string, Script, unknown][] = [
  [
    'QoS 0, 1 and 2 outward, retained and cleared',
    qosOutward,
    {
      live: [
        ...['cleared= q1', 'cleared=x q1', 'kept=first q1', 'kept=second q2'],
        ...['out=m0 q0', 'out=m1 q1', 'out=m2 q2'],
      ],
      retained: ['kept=second q2 retained'],
    },
  ],
  [
    'QoS 0, 1 and 2 inward',
    qosInward,
    [0, 1, 2].flatMap((qos) => [0, 1, 2, 3, 4].map((i) => `in/${qos}=m${i} q${qos}`)),
  ],
  ['a subscription at a lower QoS', downgradedGrant, ['in=x q0']],
  [
    'a will after a kill, none after a goodbye',
    wills,
    { afterGoodbye: [], afterKill: ['will=gone q1'] },
  ],
  [
    'a persistent session with a queue',
    offlineQueue,
    { first: false, second: true, received: ['in=m1 q1', 'in=m2 q2'] },
  ],
  [
    'QoS 1 killed between PUBLISH and PUBACK',
    killedBeforeAnswer(1),
    {
      present: true,
      received: ['a', 'a', 'b', 'b', 'c', 'c', 'd'].map((payload) => `out=${payload} q1`),
    },
  ],
  [
    'QoS 2 killed between PUBLISH and PUBREC',
    killedBeforeAnswer(2),
    { present: true, received: ['a', 'b', 'c', 'd'].map((payload) => `out=${payload} q2`) },
  ],
  [
    'QoS 1 sent anew in a new session',
    resentInNewSession,
    { present: false, received: ['out=a q1', 'out=a q1'] },
  ],
];

/** Aedes speaks 3.1.1 alone. */
const BROKERS: [kind: BrokerKind, five: boolean][] = [
  [MEMORY_AEDES, false],
  [SOCKET_AEDES, false],
  [MOSQUITTO, false],
  [MOSQUITTO, true],
];

let stages = 0;

const named = BROKERS.map(([kind, five]) => ({
  name: `${kind.name}${five ? ' in MQTT 5' : ''}`,
  kind,
  five,
}));

describe.each(named)('on $name', { timeout: 60_000 }, ({ kind, five }) => {
  let broker: Broker | null = null;
  afterAll(() => broker?.close());

  it.for(SCRIPTS)('%s', async ([, script, expected], context) => {
    const { skip, reason } = kind.look();
    context.skip(skip, reason);
    broker ??= await kind.start();
    for (const peerKind of KINDS) {
      expect(await play(peerKind, broker, script, five), peerKind).toEqual(expected);
    }
  });
});

/**
 * Runs one script; the names of this run are taken out of the result, so that two results can be
 * compared.
 */
async function play(
  kind: PeerKind,
  broker: Broker,
  script: Script,
  five: boolean,
): Promise<unknown> {
  const root = `s${++stages}`;
  const witness = makePeer('mqtt.js', { clientId: `${root}-witness`, clean: true, five });
  await witness.connect(broker.open);
  await witness.subscribe(`${root}/#`, 2);
  const stage: Stage = {
    broker,
    root,
    witness,
    make: (options) => {
      const clientId = options?.clientId ?? `${root}-peer`;
      return patient(makePeer(kind, { clientId, clean: true, five, ...options }), broker, clientId);
    },
    fence: async () => {
      await witness.publish(`${root}/fence`, 'x', 2);
      await until(() => witness.received.some((entry) => entry.startsWith(`${root}/fence`)));
      const at = witness.received.findIndex((entry) => entry.startsWith(`${root}/fence`));
      witness.received.splice(at, 1);
    },
  };
  const result = await script(stage);
  await witness.disconnect();
  return JSON.parse(JSON.stringify(result).replaceAll(`${root}/`, ''));
}

/**
 * Waits for the broker to notice an end: Aedes drops a connection that takes over the id of one
 * that is just closing, and that is not what is tested here.
 */
function patient(peer: Peer, broker: Broker, clientId: string): Peer {
  const noticed = (): Promise<void> => until(() => !broker.holds(clientId));
  return {
    received: peer.received,
    connect: (open) => peer.connect(open),
    subscribe: (filter, qos) => peer.subscribe(filter, qos),
    publish: (topic, payload, qos, retain) => peer.publish(topic, payload, qos, retain),
    disconnect: () => peer.disconnect().then(noticed),
    kill: () => peer.kill().then(noticed),
  };
}

/** A line that can stop carrying what the broker says. */
function gated(upstream: Duplex): { stream: Duplex; deafen(): void; swallowed(): number } {
  const [stream, inner] = duplexPair();
  let deaf = false;
  let bytes = 0;
  inner.on('data', (chunk) => upstream.write(chunk));
  upstream.on('data', (chunk: Buffer) => {
    if (deaf) bytes += chunk.length;
    else inner.write(chunk);
  });
  stream.on('close', () => upstream.destroy());
  upstream.on('close', () => stream.destroy());
  upstream.on('error', () => {});
  inner.on('error', () => {});
  return {
    stream,
    deafen: () => {
      deaf = true;
    },
    swallowed: () => bytes,
  };
}
