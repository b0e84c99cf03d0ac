/**
 * TEST ONLY. A few devices of which some carry others, before targets that the test plays by hand:
 * each says what it is told to say, and what of that left which carrier can be asked.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import mqttPacket, { type Packet } from 'mqtt-packet';
import { defineDevice, definePart, type PartDevice, type PartKind, partFamily } from '#devices';
import { type DevicePlan, type EntryPlan, layStreams } from '#kernel';
import { ManualClock } from '../../chaos/testing/manual-clock.ts';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import json from '../dialects/codecs/json.ts';
import { laneDialect } from '../dialects/lanes.ts';
import { Fleet, type FleetPorts } from '../fleet/fleet.ts';
import { PacingWheel } from '../fleet/pacing.ts';
import { Tally } from '../fleet/tally.ts';

const model = defineDevice({
  kind: 'thing',
  summary: 'is a thing',
  params: {},
  signals: {},
  commands: {},
  everyMs: 1000,
  start: () => ({ sample: () => ({}), truth: () => ({}), command: () => false, power: () => {} }),
});

interface Wish {
  /** Of those that carry others, by name. */
  parts: readonly string[];
  devices: readonly Partial<DevicePlan>[];
  fallBack?: EntryPlan['fallBack'];
  firmware?: object;
}

/** Of one connection: whose it is, and what was published over it. */
class FarEnd {
  device = '';
  readonly #stream: Duplex;
  readonly #said: (from: string) => void;

  constructor(stream: Duplex, said: (by: string, from: string) => void) {
    this.#stream = stream;
    this.#said = (from) => said(this.device, from);
    const parser = mqttPacket.parser({ protocolVersion: 4 });
    parser.on('packet', (packet) => this.#got(packet));
    stream.on('data', (bytes: Buffer) => parser.parse(bytes));
  }

  #got(packet: Packet): void {
    if (packet.cmd === 'connect') {
      this.device = packet.clientId;
      this.#answer({ cmd: 'connack', returnCode: 0, sessionPresent: false });
    } else if (packet.cmd === 'publish') {
      this.#said(`${packet.topic.split('/')[4]} ${JSON.parse(String(packet.payload)).n}`);
      if (packet.qos === 1) this.#answer({ cmd: 'puback', messageId: packet.messageId ?? 0 });
    }
  }

  #answer(packet: Packet): void {
    this.#stream.write(mqttPacket.generate(packet));
  }
}

const catalog = await loadCatalog([partFamily]);

/** All are up and connected. */
export async function carriedFleet({ parts, devices, fallBack, firmware }: Wish) {
  const faces: PartDevice[] = [];
  const speaker = definePart({
    kind: 'speaker',
    summary: 'says what it is told to say',
    streams: [{ name: 'word', way: 'up', schedule: { by: 'event' } }],
    start: (device) => {
      faces[device.index] = device;
      return {};
    },
  });
  const known = [...catalog.of(partFamily).values()];
  const kinds = [...known.filter(({ kind }) => parts.includes(kind)), speaker];
  const plan = testPlan({ devices: devices.length, readings: 60 });
  const brought = kinds.flatMap(({ streams = [] }) => streams);
  plan.streams = layStreams(brought, false);
  const [entry] = plan.entries;
  const entryWith = (own: readonly PartKind[]): EntryPlan => ({
    ...(entry as EntryPlan),
    parts: own.map(({ kind }) => ({ kind, params: { messages: 100, bytes: 1e6 } })),
    streams: plan.streams.map(({ code }) => code),
  });
  const child = { ...entryWith([speaker]), ...(fallBack === undefined ? {} : { fallBack }) };
  plan.entries = [entryWith(kinds), child];
  devices.forEach((over, index) => {
    Object.assign(plan.devices[index] ?? {}, over, { entry: over.via === undefined ? 0 : 1 });
  });
  const clock = new ManualClock();
  const [told, written]: [string[], string[]] = [[], []];
  const links = {
    open: () => {
      const [here, there] = duplexPair();
      new FarEnd(there, (by, what) => told.push(`${by.split('/')[1]}: ${what}`));
      return here;
    },
    abandon: (stream: Duplex) => stream.destroy(),
  };
  const fleet = new Fleet(
    {
      ...{ plan, clock, wheel: new PacingWheel(clock, 10), tally: new Tally(1), links },
      ledger: {
        write: (op: string, { device, n, why }: Record<string, unknown>) => {
          if (op === 'acked' || op === 'not-sent') written.push([op, device, n, why].join(' '));
        },
        writeSent: (_: number, { device, n }: { device: number; n: number }) =>
          written.push(`sent ${device} ${n}`),
      },
      firmware: firmware ?? null,
      credentials: { clientId: (id: string) => id, userName: () => '', password: () => '' },
      dialect: laneDialect('r', json),
      models: new Map([['thing', model]]),
      parts: new Map(kinds.map((kind) => [kind.kind, kind])),
    } as unknown as FleetPorts,
    new Set([0]),
  );
  const settle = async (ms = 0): Promise<void> => {
    clock.advance(ms);
    for (let turn = 0; turn < 8; turn++) await nextTurn();
  };
  fleet.start();
  await settle(700);
  const counts: number[] = [];
  const say = (device: number): void => {
    const n = counts[device] ?? 0;
    counts[device] = n + 1;
    faces[device]?.send({ stream: faces[device].code('word'), n, values: {} });
  };
  return {
    agents: fleet.agents,
    faces,
    say,
    settle,
    now: () => clock.now(),
    /** Since it was last asked, as `carrier: device n`. */
    said: () => told.splice(0),
    /** Since it was last asked, of the ledger. */
    written: () => written.splice(0),
  };
}
