/**
 * TEST ONLY. A fleet of things that measure nothing, in a time that is turned by hand, before
 * targets whose ends of the links the test has.
 */
import type { Duplex } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { defineDevice, type PartKind } from '#devices';
import type { Plan } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { Fleet, type FleetPorts } from '../fleet/fleet.ts';
import { PacingWheel } from '../fleet/pacing.ts';
import type { Tally } from '../fleet/tally.ts';

const thing = defineDevice({
  kind: 'thing',
  summary: 'is a thing',
  params: {},
  signals: {},
  commands: {},
  everyMs: 1000,
  start: () => ({ sample: () => ({}), truth: () => ({}), command: () => false, power: () => {} }),
});

/** So many turns until nothing more comes of what was said. */
const TURNS = 8;

/** What the target's end of a link is told, and what it answers. */
export class FarEnd {
  readonly #stream: Duplex;

  constructor(stream: Duplex, got: (packet: Packet) => void) {
    this.#stream = stream;
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', got);
    stream.on('data', (bytes: Buffer) => parser.parse(bytes));
  }

  accept(): void {
    this.answer({ cmd: 'connack', returnCode: 0, sessionPresent: false });
  }

  answer(packet: Packet): void {
    this.#stream.write(mqttPacket.generate(packet));
  }
}

interface Wish {
  plan: Plan;
  kinds: readonly PartKind[];
  tally: Tally;
  links: object;
  ledger: object;
  firmware?: object;
}

/** All who have power are up. */
export async function bareFleet({ plan, kinds, firmware, ...ports }: Wish) {
  const clock = new ManualClock();
  const fleet = new Fleet(
    {
      ...{ plan, clock, wheel: new PacingWheel(clock, 10), firmware: firmware ?? null, ...ports },
      credentials: { clientId: (id: string) => id, userName: () => '', password: () => '' },
      dialect: laneDialect('r', json),
      models: new Map([[thing.kind, thing]]),
      parts: new Map(kinds.map((kind) => [kind.kind, kind])),
    } as unknown as FleetPorts,
    new Set([0]),
  );
  const settle = async (ms = 0): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < TURNS; turn++) await nextTurn();
  };
  fleet.start();
  // Whoever has power boots within 600 ms.
  await settle(700);
  return { clock, fleet, settle };
}
