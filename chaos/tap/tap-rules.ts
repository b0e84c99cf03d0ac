/**
 * What acts on the packets of one cohort, and the connections that it acts on. A rule is one fault
 * while it acts; how many packets of each device it met is told to whoever keeps the account.
 */
import { type FaultPlan, PACKET_TYPES, streamKey, unitAt, type Way } from '#kernel';
import type { Undo } from '../fault.ts';
import { undoAll } from '../fault.ts';
import type { Standing } from '../proxy-core.ts';
import { clientIdOf, isOnTopic, topicOf } from './mqtt-frame.ts';
import type { Count, TappedConnection, TapRule } from './tap-rule.ts';
import { TapStage } from './tap-stage.ts';

/** A device as the tap knows it: by what it calls itself when it connects. */
export interface TappedDevice {
  index: number;
  id: string;
}

export interface TapPorts {
  seed: number;
  deviceOf(clientId: string): TappedDevice | null;
  /** The fault did to a packet of this device what it does. */
  hit(fault: string, device: number): void;
}

export class CohortTap {
  readonly #ports: TapPorts;
  readonly #rules: Record<Way, readonly TapRule[]> = { up: [], down: [] };
  readonly #stages = new Set<TapStage>();

  constructor(ports: TapPorts) {
    this.#ports = ports;
  }

  act({ id, packets }: Pick<FaultPlan, 'id' | 'packets'>): Undo {
    if (packets === undefined) throw new Error(`${id} does nothing to packets`);
    const { delayMs = 0, does, packet, ways } = packets;
    const rule: TapRule = {
      ...{ fault: id, counts: new Map(), type: PACKET_TYPES[packet] },
      ...{ does, delayMs, trouble: packets },
    };
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
    return { upstream: [stage('up')], downstream: [stage('down')] };
  };

  #connection(): TappedConnection {
    let device: TappedDevice | null = null;
    const countOf = (rule: TapRule, way: Way): Count => {
      const who = `${device?.id}/${way}`;
      const known = rule.counts.get(who);
      if (known !== undefined) return known;
      const count = {
        met: 0,
        key: streamKey(this.#ports.seed, `packets/${rule.fault}/${who}`),
      };
      rule.counts.set(who, count);
      return count;
    };
    return {
      rules: (way) => this.#rules[way],
      opened: (frame) => {
        device = this.#ports.deviceOf(clientIdOf(frame) ?? '');
      },
      isMet: (rule, way, frame) => {
        const { every, share, topic } = rule.trouble;
        // A probe tells how the link is: nothing is done to what it says.
        if (device === null) return false;
        if (topic !== undefined && !isOnTopic(topic, topicOf(frame) ?? '')) return false;
        const count = countOf(rule, way);
        if (++count.met % every !== 0) return false;
        return share >= 1 || unitAt(count.key, count.met) < share;
      },
      hit: ({ fault }) => this.#ports.hit(fault, device?.index ?? -1),
    };
  }
}
