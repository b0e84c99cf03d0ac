/**
 * TEST ONLY. A few devices of which some carry others, before targets that the test plays by hand:
 * each says what it is told to say, and what of that left which carrier can be asked.
 */
import { type Duplex, duplexPair } from 'node:stream';
import { definePart, type PartDevice, type PartKind, partFamily } from '#devices';
import { type DevicePlan, type EntryPlan, layStreams, type ParamValues } from '#kernel';
import { testPlan } from '../../twins/oracles/testing/plan.ts';
import { loadCatalog } from '../catalog/load-catalog.ts';
import { Tally } from '../fleet/tally.ts';
import { bareFleet, FarEnd } from './bare-fleet.ts';

interface Wish {
  /** Of those that carry others, by name. */
  parts: readonly string[];
  devices: readonly Partial<DevicePlan>[];
  fallBack?: EntryPlan['fallBack'];
  firmware?: object;
  /** What the first one's parts are set to, beside the room for what it holds. */
  first?: ParamValues;
}

/** Takes whatever comes over one connection, and says of whom and over whose. */
function takesAll(stream: Duplex, said: (by: string, what: string) => void): void {
  let by = '';
  const end: FarEnd = new FarEnd(stream, (packet) => {
    if (packet.cmd === 'connect') {
      by = packet.clientId;
      end.accept();
    } else if (packet.cmd === 'publish') {
      said(by, `${packet.topic.split('/')[4]} ${JSON.parse(String(packet.payload)).n}`);
      if (packet.qos === 1) end.answer({ cmd: 'puback', messageId: packet.messageId ?? 0 });
    }
  });
}

const catalog = await loadCatalog([partFamily]);

/** All are up and connected. */
export async function carriedFleet({ parts, devices, fallBack, firmware, first }: Wish) {
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
  const entryWith = (own: readonly PartKind[], set: ParamValues = {}): EntryPlan => ({
    ...(entry as EntryPlan),
    parts: own.map(({ kind }) => ({ kind, params: { messages: 100, bytes: 1e6, ...set } })),
    streams: plan.streams.map(({ code }) => code),
  });
  const child = { ...entryWith([speaker]), ...(fallBack === undefined ? {} : { fallBack }) };
  plan.entries = [entryWith(kinds), child, entryWith(kinds, first)];
  const entryOf = ({ via }: Partial<DevicePlan>, index: number): number =>
    via !== undefined ? 1 : index === 0 ? 2 : 0;
  devices.forEach((over, index) => {
    Object.assign(plan.devices[index] ?? {}, over, { entry: entryOf(over, index) });
  });
  const [told, written]: [string[], string[]] = [[], []];
  const links = {
    open: () => {
      const [here, there] = duplexPair();
      takesAll(there, (by, what) => told.push(`${by.split('/')[1]}: ${what}`));
      return here;
    },
    abandon: (stream: Duplex) => stream.destroy(),
  };
  const ledger = {
    write: (op: string, { device, n, why }: Record<string, unknown>) => {
      if (op === 'acked' || op === 'not-sent') written.push([op, device, n, why].join(' '));
    },
    writeSent: (_: number, { device, n }: { device: number; n: number }) =>
      written.push(`sent ${device} ${n}`),
  };
  const ports = { tally: new Tally(1), links, ledger, ...(firmware && { firmware }) };
  const { clock, fleet, settle } = await bareFleet({ plan, kinds, ...ports });
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
