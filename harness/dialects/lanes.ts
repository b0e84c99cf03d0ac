/**
 * Our own form of a message: topic `tw/<run>/<lane>/<device>/<stream>`, where a device id keeps its
 * slashes, and an envelope as payload. The lane stands before the device so that an observer can
 * subscribe to whole lanes. Dialects that go their own way for some streams go by this otherwise.
 */
import { LANES } from '#kernel';
import type { Codec } from './codec.ts';
import type { Dialect, Parcels, Place, TwinTalk } from './dialect.ts';
import { envelopeOf, sightingOf } from './envelope.ts';
import { isIndex, parseObject, textOf } from './json-text.ts';
import { packed, unpacked } from './parcels.ts';

export function laneDialect(run: string, codec: Codec): Dialect {
  const root = `tw/${run}/`;
  const topicOf = ({ lane, device, stream }: Place): string => `${root}${lane}/${device}/${stream}`;
  return {
    encode: (message) => ({
      topic: topicOf(message),
      payload: codec.encode(envelopeOf(message)),
      qos: message.qos,
      retain: message.retain,
    }),
    decode: (topic, payload) => {
      const place = placeOf(topic, root);
      const head = place === null ? null : codec.head(payload);
      return place === null || head === null ? [] : [sightingOf(place, head)];
    },
    place: (topic) => placeOf(topic, root),
    values: (payload) => [codec.values(payload)],
    topicOf,
    subscriptions: (lanes) => lanes.map((lane) => `${root}${lane}/#`),
    downFilters: (lane, device, streams) =>
      streams.map((stream) => topicOf({ lane, device, stream })),
    relayFilter: (lane, carrier) => `${root}${lane}/${carrier}${THROUGH}#`,
    parcels: parcelsUnder(root),
    fansIn: false,
    twins: nativeTalk(root),
  };
}

/** No stream is called so. */
const PARCELS = '_parcels';

/** All of one lane, so that it stands in the topic and not in each of them. */
function parcelsUnder(root: string): Parcels {
  return {
    pack: ({ lane, device }, parcels) => {
      const from = `${root}${lane}/`.length;
      const names = parcels.map(({ topic, payload }) => ({ topic: topic.slice(from), payload }));
      return { topic: `${root}${lane}/${device}/${PARCELS}`, payload: packed(names) };
    },
    unpack: (topic, payload) => {
      if (!topic.endsWith(`/${PARCELS}`)) return null;
      const place = placeOf(topic, root);
      const names = place === null ? null : unpacked(payload);
      if (place === null || names === null) return null;
      return names.map((one) => ({ ...one, topic: `${root}${place.lane}/${one.topic}` }));
    },
  };
}

/** The API by message: the path and body of a question, the status and body of its answer. */
function nativeTalk(root: string): TwinTalk {
  return {
    filters: (user) => [`${root}answer/${user}`],
    ask: ({ user, device, id, change }) => {
      const path = `/twin/${encodeURIComponent(device)}`;
      const text = JSON.stringify({ id, path, ...(change === null ? {} : { body: change }) });
      return { topic: `${root}ask/${user}`, payload: Buffer.from(text) };
    },
    answer: (topic, payload) => {
      const told = topic.startsWith(`${root}answer/`) ? parseObject(textOf(payload)) : null;
      if (typeof told?.id !== 'string' || !isIndex(told.status)) return null;
      return { id: told.id, status: told.status, body: told.body };
    },
    isTalk: () => false,
  };
}

/** Stands between a carrier and whom a message through it is for; no device is called so. */
const THROUGH = '/_for/';

/** Whom it is for, where it goes through somebody. */
const behind = (device: string): string => device.slice(endOf(device, THROUGH));

const endOf = (text: string, part: string): number => {
  const at = text.indexOf(part);
  return at < 0 ? 0 : at + part.length;
};

/** What a native topic says; null for what is not a topic of this run. */
function placeOf(topic: string, root: string): Place | null {
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
    device: behind(topic.slice(laneEnd + 1, streamFrom - 1)),
    stream: topic.slice(streamFrom),
  };
}
