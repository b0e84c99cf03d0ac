/**
 * Sparkplug B (specification 3.0) on any broker. A device with a connection of its own is an edge
 * node, whom it carries are devices behind it. Here a message becomes a packet that is whole but
 * for its place in the session; that is added by the connection that it leaves by (`node.ts`).
 *
 *   spBv1.0/<run>:<lane>/NDATA/<node>            what a node says; DDATA of whom it carries
 *   spBv1.0/<run>:<lane>/NCMD/<node>             what goes down; DCMD to whom it carries
 *   spBv1.0/<run>:<lane>/NDEATH/<node>           the will; births and other deaths are no messages
 *   tw/<run>/<lane>/<device>/<stream>            what it has no place for, as in our own dialect:
 *                                                what is retained, or of a QoS above 0
 *
 * Who a message is stands in metrics of it, so that everybody reads it: its stream, number, boot
 * and due time. Signals are metrics of their own, and all else that a message says is one text.
 */
import type { SparkplugSeams } from '#devices';
import { assert, type Message } from '#kernel';
import {
  type Dialect,
  type DialectFleet,
  type DialectWish,
  defineDialect,
  type Place,
} from './dialect.ts';
import { laneDialect } from './lanes.ts';
import { frameOf } from './sparkplug/frames.ts';
import { payloadOf, sightingOf, valuesOf } from './sparkplug/messages.ts';
import { SparkplugNode } from './sparkplug/node.ts';
import { decodePayload, encodePayload } from './sparkplug/payload.ts';
import { groupOf, readTopic, type SparkplugTopic, topicFor, topicsOf } from './sparkplug/topics.ts';
import { hasNoPlace, Vocabulary } from './sparkplug/vocabulary.ts';

export default defineDialect({
  kind: 'sparkplug',
  summary: 'Sparkplug B: births, deaths, sequence numbers and aliases, in protobuf',
  codec: 'json',
  offers: ['sparkplug'],
  passesThrough: true,
  parts: ['sparkplug'],
  atMost: { qos: 0, because: 'Sparkplug B carries data and commands at QoS 0, and retains none' },
  cleanBecause: 'Sparkplug B has each connection of a node begin with a clean session',
  bind: (wish) => sparkplugDialect(wish),
});

/** What only our own platform understands, whoever else is there does not. */
const brokered = ({ parcels: _, twins: __, relayFilter: ___, ...own }: Dialect): Dialect => own;

/** Those of its signals that a message may tell. */
const signalsOf = ({ stream, device }: Message, fleet: DialectFleet | undefined) =>
  fleet?.stream(stream)?.schedule.by === 'sampling' ? (fleet.device(device)?.signals ?? []) : [];

export function sparkplugDialect({ run, codec, fleet }: DialectWish): Dialect {
  assert(codec !== null, 'the plan has chosen a codec');
  const own = brokered(laneDialect(run, codec));
  const vocabulary = new Vocabulary(fleet ?? null);
  const isBeside = (stream: string): boolean => hasNoPlace(fleet?.stream(stream));
  const placeFor = ({ lane, device, stream }: Place): SparkplugTopic => {
    const carrier = fleet?.device(device)?.carrier ?? null;
    const { way, schedule } = fleet?.stream(stream) ?? {};
    const what = schedule?.by === 'attempt' ? 'DEATH' : way === 'down' ? 'CMD' : 'DATA';
    return carrier === null
      ? { type: `N${what}`, lane, node: device, device: null }
      : { type: `D${what}`, lane, node: carrier, device };
  };
  const topicOf = (place: Place): string =>
    isBeside(place.stream) ? own.topicOf(place) : topicFor(run, placeFor(place));
  return {
    ...own,
    encode: (message) => {
      const { qos, retain, stream } = message;
      if (isBeside(stream)) return own.encode(message);
      const payload = encodePayload(payloadOf(message, signalsOf(message, fleet)));
      return { topic: topicOf(message), payload, qos, retain };
    },
    decode: (topic, payload) => {
      const place = readTopic(run, topic);
      if (place === null) return own.decode(topic, payload);
      if (/BIRTH|DDEATH/.test(place.type)) return [];
      const sighting = sightingOf(place, payload, vocabulary);
      return sighting === null ? [] : [sighting];
    },
    place: (topic) => {
      const place = readTopic(run, topic);
      if (place === null) return own.place(topic);
      // Only a payload tells of what stream it is; most of all are these.
      const stream = place.type.endsWith('CMD') ? 'command' : 'telemetry';
      return { device: place.device ?? place.node, stream };
    },
    values: (payload) => {
      const metrics = decodePayload(payload)?.metrics;
      const values = metrics === undefined ? null : valuesOf(metrics, vocabulary);
      return values === null ? own.values(payload) : [values];
    },
    topicOf,
    subscriptions: (lanes) =>
      lanes.flatMap((lane) => [`${groupOf(run, lane)}/#`, ...own.subscriptions([lane])]),
    downFilters: (lane, device, streams) => [
      ...new Set(streams.map((stream) => topicOf({ lane, device, stream }))),
    ],
    listensAt: 1,
    frame: (topic, payload) => frameOf(run, vocabulary, topic, payload),
    counted: (device, seams, now) => {
      const self = fleet?.device(device);
      assert(fleet !== undefined && self !== undefined, 'who has a connection is in the plan');
      const around = { run, vocabulary, fleet, now };
      return new SparkplugNode(around, self, seams as SparkplugSeams | null);
    },
    owned: (device) => topicsOf(run, fleet?.device(device)?.lane ?? 0, device),
  };
}
