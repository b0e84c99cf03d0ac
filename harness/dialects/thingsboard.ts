/**
 * The device and gateway API of ThingsBoard: telemetry, client attributes for what is kept as the
 * last value of its kind (status, reports), shared attributes for what is desired of a twin, RPC
 * for commands and their answers. Its topics name no device, so that a message says among its own
 * values which one it is, under a key of its stream:
 *
 *   v1/devices/me/telemetry   {"ts":…,"values":{"temperature":4.2,"tw-telemetry":"RUN DEVICE …"}}
 *   v1/devices/me/attributes  up: what the device says; down: what is shared with it
 *   v1/devices/me/rpc/request/ID  {"method":…,"params":{…,"tw-…":…}}, answered on rpc/response/ID
 *   v1/gateway/…              the same of those that a gateway carries, by their names
 *
 * Operators and observers are no devices: the platform behind the API has the messages in our own
 * dialect, and there the hash of one is taken of what it says, whichever form it came in.
 */
import { assert, type Message, type Sighting } from '#kernel';
import type { Codec } from './codec.ts';
import { type Dialect, defineDialect, type Place } from './dialect.ts';
import { envelopeOf } from './envelope.ts';
import { laneDialect } from './lanes.ts';
import {
  ANSWER,
  DELTA,
  GATEWAY,
  isApi,
  ME,
  messagesIn,
  packet,
  REPORT,
  type Said,
  sayingOf,
  upOf,
} from './thingsboard/forms.ts';

/** Of these ThingsBoard keeps the last, and no history. */
const ATTRIBUTES = ['status', 'will', REPORT];

export default defineDialect({
  kind: 'thingsboard',
  summary: 'the device and gateway API of ThingsBoard',
  codec: 'json',
  login: 'token',
  maxQos: 1,
  brings: ['command', DELTA],
  bind: ({ run, codec }) => {
    assert(codec !== null, 'the plan has chosen a codec');
    return thingsBoardDialect(run, laneDialect(run, codec), codec);
  },
});

/** ThingsBoard reads no packets of parcels, and sends nobody's messages through somebody else. */
function thingsBoardDialect(
  run: string,
  { parcels: _, relayFilter: __, ...own }: Dialect,
  codec: Codec,
): Dialect {
  const isOwn = (topic: string): boolean => !isApi(topic);
  return {
    ...own,
    encode: (message) => {
      if (message.by === 'operator') return own.encode(message);
      const { qos, retain } = message;
      return { ...packet(topicFor(message), bodyOf(run, message)), qos, retain };
    },
    decode: (topic, payload) =>
      isOwn(topic) ? own.decode(topic, payload) : messagesIn(payload, run).map(sighted),
    core: (topic, payload) => {
      const [one, ...more] = isOwn(topic) ? [] : messagesIn(payload, run);
      return one === undefined || more.length > 0 ? payload : codec.encode(envelopeOf(whole(one)));
    },
    place: (topic) => (isOwn(topic) ? own.place(topic) : null),
    values: (payload) => {
      const found = messagesIn(payload, run).map(({ values }) => values);
      return found.length > 0 ? found : own.values(payload);
    },
    topicOf: (place) => (isSeen(place) ? own.topicOf(place) : topicFor(place)),
    subscriptions: (lanes) => [...own.subscriptions(lanes), `${ME}#`, `${GATEWAY}#`],
    downFilters: (_lane, _device, streams, by) =>
      by === 'carrier'
        ? [`${GATEWAY}rpc`, ...(streams.includes(DELTA) ? [`${GATEWAY}attributes`] : [])]
        : [`${ME}rpc/request/+`, ...(streams.includes(DELTA) ? [`${ME}attributes`] : [])],
    introduces: (devices) => devices.map((device) => packet(`${GATEWAY}connect`, { device })),
    fansIn: true,
  };
}

const sighted = ({ device, stream, n, epoch, intended }: Said): Sighting => ({
  ...{ device, stream, n, epoch, intended },
});

/** Where it is seen behind the API, and no message of a number is asked for. */
const isSeen = ({ by, n }: Place): boolean => by === 'operator' || n === undefined;

const whole = (said: Said): Message => ({ ...said, lane: 0, qos: 0, retain: false });

function topicFor({ stream, n = 0, by }: Place): string {
  const isCarried = by === 'carrier';
  if (stream === ANSWER) return isCarried ? `${GATEWAY}rpc` : `${ME}rpc/response/${n}`;
  return `${isCarried ? GATEWAY : ME}${ATTRIBUTES.includes(stream) ? 'attributes' : 'telemetry'}`;
}

function bodyOf(run: string, message: Message): unknown {
  const { device, stream, n, intended, by } = message;
  const said = sayingOf(run, message, upOf(stream, message.values));
  const isCarried = by === 'carrier';
  if (stream === ANSWER) return isCarried ? { device, id: n, data: said } : said;
  const isState = ATTRIBUTES.includes(stream);
  const one = isState ? said : { ts: FROM_MS + intended, values: said };
  if (!isCarried) return one;
  return { [device]: isState ? one : [one] };
}

/** Scenario time has no date, and what a platform keeps needs one: it begins with 2026. */
const FROM_MS = 1_767_225_600_000;
