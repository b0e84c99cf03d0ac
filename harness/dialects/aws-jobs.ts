/**
 * Jobs in the dialect of AWS IoT: a device asks for the job that is next for it, starts it and says
 * how it fares, and is told of each request whether it was accepted. All else goes by the dialect
 * over which this one stands. A device id is the name of a thing, with `:` for each slash.
 *
 *   $aws/things/<thing>/jobs/start-next             statusDetails, clientToken
 *   $aws/things/<thing>/jobs/<job>/get              executionNumber, clientToken
 *   $aws/things/<thing>/jobs/<job>/update           status, expectedVersion, clientToken, …
 *   $aws/things/<thing>/jobs/<request>/accepted     what became of it
 *   $aws/things/<thing>/jobs/<request>/rejected     code and message, where it was not taken
 *   $aws/things/<thing>/jobs/notify-next            another one is next
 *
 * A request names itself by its client token: number, epoch and time. An answer repeats the token,
 * and what is said there is numbered by what it answers and its bytes: a request that goes out
 * again is answered again, and otherwise where a version or the time has changed.
 */
import { answerNumber, assert, hashBytes } from '#kernel';
import { type Dialect, defineDialect } from './dialect.ts';
import { isIndex, isRecord, parseObject, textOf } from './json-text.ts';
import { laneDialect } from './lanes.ts';

const ASK = 'job-ask';
const TELL = 'job-tell';
const ROOT = '$aws/things/';
const TOPIC = /^\$aws\/things\/([^/]+)\/jobs\/(.+)$/;
const REQUEST = /^(?:get|start-next|[^/]+\/(?:get|update))$/;
const TOKEN = /^j\.(\d{1,8})\.(\d{1,10})\.(\d{1,12})$/;
/** No request has such a number. */
const REQUESTS_MAX = 2 ** 25;
/** What a device subscribes to, and where it asks. */
const HEARS = ['notify-next', 'start-next/+', '+/get/+', '+/update/+'];
const ASKS = ['get', 'start-next', '+/get', '+/update'];

export default defineDialect({
  kind: 'aws-jobs',
  summary: 'jobs of AWS IoT, the rest as in our own dialect',
  codec: 'json',
  packs: true,
  bind: ({ run, codec }) => {
    assert(codec !== null, 'the plan has chosen a codec');
    return jobsOver(laneDialect(run, codec));
  },
  over: jobsOver,
});

const topicFor = (device: string, what: string): string =>
  `${ROOT}${device.replaceAll('/', ':')}/jobs/${what}`;

function jobsOver(own: Dialect): Dialect {
  return {
    ...own,
    encode: (message) => {
      if (message.stream !== ASK) return own.encode(message);
      const { device, n, epoch, intended, qos, values } = message;
      const clientToken = ['j', n, epoch, intended].join('.');
      const body = isRecord(values.body) ? values.body : {};
      const payload = Buffer.from(JSON.stringify({ ...body, clientToken }));
      return { topic: topicFor(device, String(values.what)), payload, qos, retain: false };
    },
    decode: (topic, payload) => {
      const place = placeOf(topic);
      return place === null ? own.decode(topic, payload) : sightings(place, payload);
    },
    place: (topic) => placeOf(topic) ?? own.place(topic),
    values: (payload) => {
      const document = parseObject(textOf(payload));
      return document !== null && isOfJobs(document) ? [document] : own.values(payload);
    },
    topicOf: (place) => {
      if (place.stream === ASK) return topicFor(place.device, 'start-next');
      return place.stream === TELL ? topicFor(place.device, 'notify-next') : own.topicOf(place);
    },
    subscriptions: (lanes) => [
      ...own.subscriptions(lanes),
      ...ASKS.map((what) => `${ROOT}+/jobs/${what}`),
    ],
    downFilters: (lane, device, streams) => [
      ...own.downFilters(
        lane,
        device,
        streams.filter((stream) => stream !== TELL),
      ),
      ...(streams.includes(TELL) ? HEARS.map((what) => topicFor(device, what)) : []),
    ],
    fansIn: true,
  };
}

interface JobPlace {
  device: string;
  stream: string;
}

function placeOf(topic: string): JobPlace | null {
  const [, thing, what] = TOPIC.exec(topic) ?? [];
  if (thing === undefined || what === undefined) return null;
  return { device: thing.replaceAll(':', '/'), stream: REQUEST.test(what) ? ASK : TELL };
}

function sightings(place: JobPlace, payload: Uint8Array) {
  const document = parseObject(textOf(payload));
  if (document === null) return [];
  const told = tokenOf(document);
  if (place.stream === ASK) return told === null ? [] : [{ ...place, ...told }];
  if (!isOfJobs(document)) return [];
  const n = answerNumber(told?.n ?? null, hashBytes(payload));
  return [{ ...place, n, epoch: 0, intended: 0 }];
}

/** An answer to a request of ours, or what is said unasked. */
const isOfJobs = (document: Readonly<Record<string, unknown>>): boolean =>
  tokenOf(document) !== null ||
  (isIndex(document.timestamp) && (isRecord(document.execution) || isRecord(document.jobs)));

function tokenOf({ clientToken }: Readonly<Record<string, unknown>>) {
  const parts = typeof clientToken === 'string' ? TOKEN.exec(clientToken) : null;
  if (parts === null) return null;
  const [n = 0, epoch = 0, intended = 0] = parts.slice(1).map(Number);
  return n < REQUESTS_MAX ? { n, epoch, intended } : null;
}
