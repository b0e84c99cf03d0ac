/**
 * Gateways that flush what lay in them: each has a session and a long backlog of its children, and
 * sends it on as fast as it is acknowledged, half of it alone and half in packets. What was not
 * acknowledged when the platform died goes again, first. What was acknowledged, be it in a packet,
 * must be stored, each child's readings once.
 */
import { connect as dial } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from '#kernel';
import json from '../../harness/dialects/codecs/json.ts';
import { laneDialect } from '../../harness/dialects/lanes.ts';
import type { Account } from '../../twins/platform/platform.ts';
import type { Server } from '../../twins/platform/testing/server.ts';
import {
  connectThrough,
  deviceAccount,
  envelope,
  RUN,
  type TestClient,
  topicOf,
} from '../../twins/platform/testing/twin.ts';
import type { KillWord } from './kill-word.ts';

const GATES = 4;
const CHILDREN = 8;
const LANE = 3;
/** So many publishes of a gateway are under way at one time. */
const WINDOW = 32;
const IN_A_PACKET = 10;

interface Reading {
  child: string;
  n: number;
}

/** One publish: a reading by itself, or several in a packet. */
type Load = readonly Reading[];

class Gate {
  readonly id: string;
  readonly children: readonly string[];
  /** What has no acknowledgement, in its order. */
  backlog: Load[] = [];
  #next = 0;

  constructor(id: string) {
    this.id = id;
    this.children = Array.from({ length: CHILDREN }, (_, index) => `${id}-child/${index}`);
  }

  /** The next one that came in while there was no uplink. */
  load(): Load {
    const size = this.#next % 2 === 0 ? 1 : IN_A_PACKET;
    return Array.from({ length: size }, () => {
      const at = this.#next++;
      return { child: this.children[at % CHILDREN] ?? '', n: Math.floor(at / CHILDREN) };
    });
  }
}

export default class Gateways implements KillWord {
  readonly #random: Random;
  readonly #gates = Array.from({ length: GATES }, (_, index) => new Gate(`gates/south-1/${index}`));
  readonly #acked = new Set<string>();
  #publishes = 0;
  #again = 0;
  readonly accounts = this.#gates.flatMap(({ id, children }): Account[] => [
    { ...withChildren(deviceAccount(id), children), speaksFor: children },
    ...children.map((child) => deviceAccount(child)),
  ]);

  constructor(random: Random) {
    this.#random = random;
  }

  async meet(): Promise<void> {}

  async play(at: Server): Promise<void> {
    const flushes = await Promise.all(this.#gates.map((gate) => this.#flush(at, gate)));
    await pause(this.#random.between(50, 400));
    await at.kill();
    await Promise.all(flushes.map((client) => client.drop()));
  }

  figures(): string {
    const lay = `${this.#again} went again after a kill`;
    return `${this.#acked.size} readings acknowledged in ${this.#publishes} publishes; ${lay}`;
  }

  async missing(at: Server): Promise<string[]> {
    const rows = await rowsIn(at);
    const twice = [...rows].filter(([, times]) => times > 1).map(([name]) => `${name} twice`);
    return [...[...this.#acked].filter((name) => !rows.has(name)), ...twice];
  }

  /** What waited before goes first, as it came. */
  async #flush(at: Server, gate: Gate): Promise<TestClient> {
    const tcp = (): unknown => dial(at.ready.mqtt, '127.0.0.1');
    const client = await connectThrough(tcp, gate.id, { clean: false });
    const waiting = gate.backlog;
    this.#again += waiting.length;
    gate.backlog = [];
    const send = (): void => {
      const load = waiting.shift() ?? gate.load();
      gate.backlog.push(load);
      const { topic, payload } = packetOf(gate, load);
      client.mqtt.publish(topic, payload, { qos: 1 }, (error) => {
        if (error !== undefined && error !== null) return;
        gate.backlog.splice(gate.backlog.indexOf(load), 1);
        for (const { child, n } of load) this.#acked.add(`${child} ${n}`);
        this.#publishes++;
        send();
      });
    };
    for (let k = 0; k < WINDOW; k++) send();
    return client;
  }
}

const { parcels } = laneDialect(RUN, json);

function packetOf(gate: Gate, load: Load): { topic: string; payload: Buffer } {
  const messages = load.map(({ child, n }) => ({
    topic: topicOf(child, 'telemetry'),
    payload: Buffer.from(envelope(n)),
  }));
  const [first] = messages;
  if (first !== undefined && messages.length === 1) return first;
  const packet = parcels?.pack({ lane: LANE, device: gate.id }, messages);
  return { topic: packet?.topic ?? '', payload: Buffer.from(packet?.payload ?? []) };
}

const withChildren = (account: Account, children: readonly string[]): Account => ({
  ...account,
  topics: [...account.topics, ...children.flatMap((child) => deviceAccount(child).topics)],
});

/** How often each reading is stored. */
async function rowsIn(at: Server): Promise<Map<string, number>> {
  const rows = new Map<string, number>();
  for (let cursor: string | null = ''; cursor !== null; ) {
    const query: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await at.get(`/telemetry?limit=20000${query}`)) as {
      rows: { device: string; n: number }[];
      next: string | null;
    };
    for (const { device, n } of page.rows) {
      const name = `${device} ${n}`;
      rows.set(name, (rows.get(name) ?? 0) + 1);
    }
    cursor = page.next;
  }
  return rows;
}
