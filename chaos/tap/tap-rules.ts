/**
 * What acts on the packets of one cohort, and the connections that it acts on. A rule is one fault
 * while it acts; how many packets of each device it met is told to whoever keeps the account.
 */
import {
  type FaultPlan,
  PACKET_TYPES,
  type PacketDeed,
  type PacketTrouble,
  streamKey,
  unitAt,
  type Way,
} from '#kernel';
import type { Undo } from '../fault.ts';
import { undoAll } from '../fault.ts';
import type { Standing } from '../proxy-core.ts';
import { clientIdOf, isOnTopic, topicOf } from './mqtt-frame.ts';
import { TapStage } from './tap-stage.ts';

/** A device as the tap knows it: by what it calls itself when it connects. */
export interface TappedDevice {
  index: number;
  id: string;
}

export interface TapPorts {
  seed: number;
  deviceOf(clientId: string): TappedDevice | null;
  /** The fault did to a packet of this device what it does; -1 for one that is no device's. */
  hit(fault: string, device: number): void;
}

export interface TapRule {
  fault: string;
  type: number;
  does: PacketDeed;
  delayMs: number;
  trouble: PacketTrouble;
}

/** How far a rule has counted on one connection, one way. */
interface Count {
  met: number;
  key: number;
}

/** Both directions of a connection, as its stages see it. */
export interface TappedConnection {
  rules(way: Way): readonly TapRule[];
  /** Its first packet. */
  opened(frame: Uint8Array): void;
  /** Whether the rule means this packet; counts it. */
  isMet(rule: TapRule, way: Way, frame: Uint8Array): boolean;
  hit(rule: TapRule): void;
}

export class CohortTap {
  readonly #ports: TapPorts;
  readonly #rules: Record<Way, readonly TapRule[]> = { up: [], down: [] };
  readonly #stages = new Set<TapStage>();
  /** Connections so far, by who made them. */
  readonly #connections = new Map<string, number>();

  constructor(ports: TapPorts) {
    this.#ports = ports;
  }

  act({ id, packets }: Pick<FaultPlan, 'id' | 'packets'>): Undo {
    if (packets === undefined) throw new Error(`${id} does nothing to packets`);
    const { delayMs = 0, does, packet, ways } = packets;
    const rule = { fault: id, type: PACKET_TYPES[packet], does, delayMs, trouble: packets };
    for (const way of ways) this.#rules[way] = [...this.#rules[way], rule];
    return undoAll([
      async () => {
        for (const way of ways) this.#rules[way] = this.#rules[way].filter((one) => one !== rule);
        for (const stage of this.#stages) stage.release(rule);
      },
    ]);
  }

  /** What stands in each direction of a new connection. */
  readonly stand = (): Standing => {
    const connection = this.#connection();
    const stage = (way: Way) => ({
      kind: 'tap',
      summary: 'parses MQTT, and does to single packets what faults say',
      attributes: {},
      start: (context: ConstructorParameters<typeof TapStage>[0]) => {
        const made = new TapStage(context, connection, way);
        this.#stages.add(made);
        const stop = made.stop.bind(made);
        made.stop = () => {
          this.#stages.delete(made);
          stop();
        };
        return made;
      },
    });
    return { upstream: stage('up'), downstream: stage('down') };
  };

  #connection(): TappedConnection {
    let [device, name, number] = [-1, 'nobody', 0];
    const counts = new Map<TapRule, Partial<Record<Way, Count>>>();
    const countOf = (rule: TapRule, way: Way): Count => {
      const ways = counts.get(rule) ?? {};
      counts.set(rule, ways);
      const stream = `packets/${rule.fault}/${name}/${number}/${way}`;
      ways[way] ??= { met: 0, key: streamKey(this.#ports.seed, stream) };
      return ways[way];
    };
    return {
      rules: (way) => this.#rules[way],
      opened: (frame) => {
        const known = this.#ports.deviceOf(clientIdOf(frame) ?? '');
        device = known?.index ?? -1;
        name = known?.id ?? 'nobody';
        number = this.#connections.get(name) ?? 0;
        this.#connections.set(name, number + 1);
      },
      isMet: (rule, way, frame) => {
        const { every, share, topic } = rule.trouble;
        if (topic !== undefined && !isOnTopic(topic, topicOf(frame) ?? '')) return false;
        const count = countOf(rule, way);
        if (++count.met % every !== 0) return false;
        return share >= 1 || unitAt(count.key, count.met) < share;
      },
      hit: ({ fault }) => this.#ports.hit(fault, device),
    };
  }
}
