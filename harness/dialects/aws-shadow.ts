/**
 * Twins in the dialect of AWS IoT device shadows: a device reports by an update of its shadow and
 * listens to the deltas of it, an operator asks for what is desired by the same updates and is told
 * `accepted` or `rejected`. All other streams go as in our own dialect. A device id is the name of
 * a thing, with `:` for each slash.
 *
 *   $aws/things/<thing>/shadow/update            state, clientToken, version?
 *   $aws/things/<thing>/shadow/update/accepted   what was sent, and the version that it became
 *   $aws/things/<thing>/shadow/update/delta      what is desired and not reported so
 *   $aws/things/<thing>/shadow/update/rejected   code and message, where it was not taken
 *
 * A report has to name itself, and its client token does: number, epoch, time, and the version that
 * the device has. That it was accepted tells the device that it was heard; one that is rejected
 * comes back with its code and the reason.
 */
import { assert } from '#kernel';
import { type Dialect, defineDialect, type Place, type TwinTalk } from './dialect.ts';
import { isIndex, isRecord, parseObject, textOf } from './json-text.ts';
import { laneDialect } from './lanes.ts';

const REPORT = 'twin-report';
const DELTA = 'twin-delta';
const ROOT = '$aws/things/';
const TOPIC = /^\$aws\/things\/([^/]+)\/shadow\/(.+)$/;
/** What goes down has no numbers of its own; by these three ways it gets some. */
const WAYS = 3;
const TOKEN = /^r\.(\d{1,10})\.(\d{1,10})\.(\d{1,12})\.(\d{1,10})$/;

export default defineDialect({
  kind: 'aws-shadow',
  summary: 'twins as AWS IoT device shadows, the rest as in our own dialect',
  codec: 'json',
  offers: ['twin'],
  countsReports: true,
  bind: ({ run, codec }) => {
    assert(codec !== null, 'the plan has chosen a codec');
    return shadowDialect(laneDialect(run, codec));
  },
});

const thingOf = (device: string): string => device.replaceAll('/', ':');
const topicFor = (device: string, what: string): string =>
  `${ROOT}${thingOf(device)}/shadow/${what}`;

/** AWS reads no packets of parcels. */
function shadowDialect({ parcels: _, ...own }: Dialect): Dialect {
  return {
    ...own,
    encode: (message) => {
      if (message.stream !== REPORT) return own.encode(message);
      const { device, n, epoch, intended, qos, values } = message;
      const token = ['r', n, epoch, intended, values.version].join('.');
      const update = { state: { reported: values.settings ?? {} }, clientToken: token };
      const payload = Buffer.from(JSON.stringify(update));
      return { topic: topicFor(device, 'update'), payload, qos, retain: false };
    },
    decode: (topic, payload) => {
      const place = shadowOf(topic);
      return place === null ? own.decode(topic, payload) : sightings(place, payload);
    },
    place: (topic) => {
      const place = shadowOf(topic);
      if (place === null) return own.place(topic);
      return place.what === 'update/delta' ? { device: place.device, stream: DELTA } : null;
    },
    values: (payload) => {
      const document = parseObject(textOf(payload));
      const values = document === null ? null : valuesOf(document);
      return values === null ? own.values(payload) : [values];
    },
    topicOf: (place: Place) => {
      if (place.stream === REPORT) return topicFor(place.device, 'update');
      if (place.stream === DELTA) return topicFor(place.device, 'update/delta');
      return own.topicOf(place);
    },
    subscriptions: (lanes) => [...own.subscriptions(lanes), `${ROOT}+/shadow/update`],
    downFilters: (lane, device, streams) =>
      streams.flatMap((stream) =>
        stream === DELTA
          ? ['delta', 'accepted', 'rejected'].map((what) => topicFor(device, `update/${what}`))
          : own.downFilters(lane, device, [stream]),
      ),
    fansIn: true,
    twins: shadowTalk,
  };
}

interface ShadowPlace {
  device: string;
  what: string;
}

function shadowOf(topic: string): ShadowPlace | null {
  const [, thing, what] = TOPIC.exec(topic) ?? [];
  return thing === undefined || what === undefined
    ? null
    : { device: thing.replaceAll(':', '/'), what };
}

function sightings({ device, what }: ShadowPlace, payload: Uint8Array) {
  const document = parseObject(textOf(payload));
  if (document === null) return [];
  const told = tokenOf(document);
  if (what === 'update') {
    if (told === null || !isRecord(document.state)) return [];
    const { n, epoch, intended } = told;
    return [{ device, stream: REPORT, n, epoch, intended }];
  }
  const down = { device, stream: DELTA, epoch: 0, intended: 0 };
  if (what === 'update/rejected') return told === null ? [] : [{ ...down, n: WAYS * told.n + 2 }];
  const { version } = document;
  if (!isIndex(version)) return [];
  // One version may be told twice: that a report was accepted, and what it lacks.
  if (what === 'update/delta') return [{ ...down, n: WAYS * version + 1 }];
  if (what === 'update/accepted' && told !== null) return [{ ...down, n: WAYS * version }];
  return [];
}

/** Of a delta, or of an answer to a report; null for what is neither. */
function valuesOf(document: Readonly<Record<string, unknown>>) {
  const { state, version, code, message } = document;
  if (state === undefined && isIndex(code) && tokenOf(document) !== null) {
    return { status: code, why: String(message ?? '') };
  }
  if (!isRecord(state) || !isIndex(version)) return null;
  const told = tokenOf(document);
  // It was heard with the version that it has, and lacks nothing by this.
  if (told !== null) return { version: told.version, since: told.version, desired: {} };
  return { version, since: 0, desired: state };
}

/** Of a report; whoever changes what is desired has tokens of another form. */
function tokenOf({ state, clientToken }: Readonly<Record<string, unknown>>) {
  const isOthers = state !== undefined && !(isRecord(state) && isRecord(state.reported));
  if (isOthers || typeof clientToken !== 'string') return null;
  const parts = TOKEN.exec(clientToken);
  if (parts === null) return null;
  const [n = 0, epoch = 0, intended = 0, version = 0] = parts.slice(1).map(Number);
  return { n, epoch, intended, version };
}

const shadowTalk: TwinTalk = {
  filters: () =>
    ['update', 'get'].flatMap((what) => [
      `${ROOT}+/shadow/${what}/accepted`,
      `${ROOT}+/shadow/${what}/rejected`,
    ]),
  ask: ({ device, id, change }) => {
    if (change === null) {
      const payload = Buffer.from(JSON.stringify({ clientToken: id }));
      return { topic: topicFor(device, 'get'), payload };
    }
    const { desired, version } = change;
    const update = {
      state: { desired },
      clientToken: id,
      ...(version === undefined ? {} : { version }),
    };
    return { topic: topicFor(device, 'update'), payload: Buffer.from(JSON.stringify(update)) };
  },
  answer: (topic, payload) => {
    const place = shadowOf(topic);
    const document = place === null ? null : parseObject(textOf(payload));
    if (place === null || document === null) return null;
    const { clientToken: id, code, message, state, version } = document;
    if (typeof id !== 'string' || tokenOf(document) !== null) return null;
    if (place.what.endsWith('/rejected')) {
      return { id, status: isIndex(code) ? code : 500, body: { error: message } };
    }
    const { desired = {}, reported = {} } = isRecord(state) ? state : {};
    return { id, status: 200, body: { version, desired, reported } };
  },
  isTalk: (topic, payload) => {
    if (shadowOf(topic)?.what !== 'update') return false;
    const state = parseObject(textOf(payload))?.state;
    return isRecord(state) && isRecord(state.desired);
  },
};
