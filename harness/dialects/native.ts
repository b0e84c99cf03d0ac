/**
 * The product's own dialect: topic `tw/<run>/<lane>/<device>/<stream>`, where a device id keeps its
 * slashes, and the JSON envelope as payload. The lane stands before the device so that an observer
 * can subscribe to whole lanes.
 */
import { LANES, type Message } from '#kernel';
import { type Dialect, defineDialect } from './dialect.ts';
import { envelopeText, readHead, readValues } from './envelope.ts';

export default defineDialect({
  kind: 'native',
  summary: 'tw/<run>/<lane>/<device>/<stream> with a JSON envelope',
  bind: ({ run }) => nativeDialect(run),
});

/** What a native topic says; null for what is not a topic of this run. */
export interface NativePlace {
  lane: number;
  device: string;
  stream: string;
}

export function nativeDialect(run: string): Dialect {
  const root = `tw/${run}/`;
  return {
    encode: (message) => ({
      topic: `${root}${message.lane}/${message.device}/${message.stream}`,
      payload: payloadOf(message),
      qos: message.qos,
      retain: message.retain,
    }),
    decode: (topic, payload) => {
      const place = placeOf(topic, root);
      const head = place === null ? null : readHead(payload);
      if (place === null || head === null) return null;
      return {
        device: place.device,
        stream: place.stream,
        n: head.n,
        epoch: head.e,
        intended: head.t,
      };
    },
    place: (topic) => placeOf(topic, root),
    values: readValues,
    subscriptions: (lanes) => lanes.map((lane) => `${root}${lane}/#`),
    commandTopic: (lane, device) => `${root}${lane}/${device}/command`,
    fansIn: false,
  };
}

const payloadOf = (message: Message): Uint8Array => Buffer.from(envelopeText(message));

function placeOf(topic: string, root: string): NativePlace | null {
  if (!topic.startsWith(root)) return null;
  const laneEnd = topic.indexOf('/', root.length);
  const streamFrom = topic.lastIndexOf('/') + 1;
  // The device stands between the two slashes and is not empty; neither is the stream.
  if (laneEnd < 0 || streamFrom - 1 <= laneEnd + 1 || streamFrom === topic.length) return null;
  const laneText = topic.slice(root.length, laneEnd);
  const lane = Number(laneText);
  if (String(lane) !== laneText || !(lane >= 0 && lane < LANES && Number.isInteger(lane)))
    return null;
  return {
    lane,
    device: topic.slice(laneEnd + 1, streamFrom - 1),
    stream: topic.slice(streamFrom),
  };
}
