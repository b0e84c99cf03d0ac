/**
 * The dialect of a foreign target, made from two templates of the scenario: a topic with `{run}
 * {lane} {device} {stream}` and a payload with `{envelope}`, or with `{n} {t} {e} {values}` and
 * whatever stands between them. Each template is compiled twice: to a writer, and to a regular
 * expression that reads the same text back.
 */
import { assert, LANES, type Message, type Sighting } from '#kernel';
import type { Codec } from './codec.ts';
import { type Dialect, type DialectWish, defineDialect, type Place } from './dialect.ts';
import { envelopeOf, sightingOf } from './envelope.ts';
import { isIndex, parseObject, textOf } from './json-text.ts';

export default defineDialect({
  kind: 'template',
  summary: 'topic and payload as the scenario writes them',
  codec: 'json',
  serves: ({ topic, payload }) => topic !== null || payload !== null,
  problems: ({ topic, payload, codec }) => [
    ...templateProblems(topic ?? TOPIC, payload ?? ENVELOPE).map((message) => ({
      at: topic === null ? ('payload' as const) : ('topic' as const),
      message,
    })),
    ...(codec === null || payload === null || payload === ENVELOPE
      ? []
      : [{ at: 'codec' as const, message: 'a codec makes an {envelope}, and payload has none' }]),
  ],
  bind: (wish) => templateDialect(wish),
});

/** Where the scenario gives only the other of the two. */
const TOPIC = 'tw/{run}/{lane}/{device}/{stream}';
const ENVELOPE = '{envelope}';

/** What a placeholder may look like when it is read back. Only a device id has slashes. */
const TOPIC_FORMS: Readonly<Record<string, string>> = {
  lane: '\\d{1,2}',
  device: '.+',
  stream: '[^/]+',
};
const PAYLOAD_FORMS: Readonly<Record<string, string>> = {
  run: '[^"\\s]{1,64}',
  lane: '\\d{1,2}',
  device: '[^"\\s,;]{1,200}',
  stream: '[a-z0-9-]{1,40}',
  n: '\\d{1,16}',
  e: '\\d{1,16}',
  t: '-?\\d{1,16}(?:\\.\\d{1,25})?(?:e[+-]?\\d{1,3})?',
  values: '.*',
};

export function templateDialect(wish: DialectWish): Dialect {
  const { run } = wish;
  const topic = wish.topic ?? TOPIC;
  const payload = wish.payload ?? ENVELOPE;
  assert(templateProblems(topic, payload).length === 0, 'templates were checked with the scenario');
  const topicForm = compile(topic, { ...TOPIC_FORMS, run: escaped(run) });
  const payloadForm = payload === ENVELOPE ? null : compile(payload, PAYLOAD_FORMS);
  const codec = codecOf(wish);
  const topicOf = ({ lane, device, stream }: Place): string =>
    fill(topic, { run, lane: String(lane), device, stream });
  return {
    encode: (message) => ({
      topic: topicOf(message),
      payload:
        payloadForm === null
          ? codec.encode(envelopeOf(message))
          : Buffer.from(fill(payload, partsOf(message, run))),
      qos: message.qos,
      retain: message.retain,
    }),
    decode: (text, bytes) => {
      const place = topicForm.exec(text)?.groups;
      if (place === undefined) return [];
      const sighting =
        payloadForm === null
          ? enveloped(place, bytes, codec)
          : foreign(place, payloadForm, bytes, run);
      return sighting === null ? [] : [sighting];
    },
    place: (text) => {
      const place = topicForm.exec(text)?.groups;
      if (place?.device === undefined || place.stream === undefined || !laneIsOne(place))
        return null;
      return { device: place.device, stream: place.stream };
    },
    values: (bytes) => [
      payloadForm === null
        ? codec.values(bytes)
        : (parseObject(payloadForm.exec(textOf(bytes))?.groups?.values ?? '') ?? {}),
    ],
    topicOf,
    subscriptions: (lanes) => filtersOf(topic, run, lanes),
    downFilters: (lane, device, streams) =>
      streams.map((stream) => topicOf({ lane, device, stream })),
    fansIn: !lanesShow(topic),
  };
}

function codecOf({ codec }: DialectWish): Codec {
  assert(codec !== null, 'the plan has chosen a codec');
  return codec;
}

/**
 * What is wrong with a pair of templates, in words for the author; empty when they can be read
 * back.
 */
export function templateProblems(topic: string, payload: string): string[] {
  const inTopic = namesIn(topic);
  const inPayload = namesIn(payload);
  const problems: string[] = [];
  if (/[+#]/.test(topic)) problems.push('the topic template has a wildcard');
  for (const name of ['n', 't', 'e', 'values', 'envelope']) {
    if (inTopic.includes(name)) problems.push(`{${name}} belongs into the payload template`);
  }
  for (const name of ['device', 'stream']) {
    if (!inTopic.includes(name) && !inPayload.includes(name)) {
      problems.push(`{${name}} is in neither template, so a message could not be told from others`);
    }
  }
  if (/\}[^/]*\{/.test(topic))
    problems.push('two placeholders of the topic need a "/" between them');
  if (!inTopic.includes('device'))
    problems.push('the topic needs {device}: commands are sent there');
  if (!inTopic.includes('stream'))
    problems.push('the topic needs {stream}: commands are told by it');
  for (const [text, names] of [
    [topic, inTopic],
    [payload, inPayload],
  ] as const) {
    if (new Set(names).size < names.length)
      problems.push(`a placeholder occurs twice in '${text}'`);
  }
  problems.push(...payloadProblems(payload, inPayload));
  return problems;
}

function payloadProblems(payload: string, names: readonly string[]): string[] {
  if (payload === ENVELOPE) return [];
  const problems: string[] = [];
  if (names.includes('envelope')) problems.push('{envelope} stands alone or not at all');
  for (const name of ['n', 't', 'e']) {
    if (!names.includes(name)) problems.push(`the payload needs {${name}}, or {envelope} alone`);
  }
  if (new RegExp(`${PLACEHOLDER.source}(?:[\\w.+-]*)${PLACEHOLDER.source}`).test(payload)) {
    problems.push('two placeholders of the payload need a separator that no number contains');
  }
  return problems;
}

const PLACEHOLDER = /\{(?:run|lane|device|stream|n|t|e|values|envelope)\}/;

const namesIn = (template: string): string[] =>
  (template.match(new RegExp(PLACEHOLDER, 'g')) ?? []).map((name) => name.slice(1, -1));

/** Fills placeholders; what has no value stays as it is. */
function fill(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(
    new RegExp(PLACEHOLDER, 'g'),
    (name) => values[name.slice(1, -1)] ?? name,
  );
}

const partsOf = (message: Message, run: string): Record<string, string> => ({
  run,
  lane: String(message.lane),
  device: message.device,
  stream: message.stream,
  n: String(message.n),
  e: String(message.epoch),
  t: String(message.intended),
  values: JSON.stringify(message.values),
});

function compile(template: string, forms: Readonly<Record<string, string>>): RegExp {
  const source = template
    .split(new RegExp(`(${PLACEHOLDER.source})`))
    .map((part, i) => {
      const name = part.slice(1, -1);
      return i % 2 === 0 ? escaped(part) : `(?<${name}>${forms[name] ?? '.*'})`;
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');

type Groups = Readonly<Record<string, string | undefined>>;

function enveloped(
  { device, stream, ...place }: Groups,
  payload: Uint8Array,
  codec: Codec,
): Sighting | null {
  const head = codec.head(payload);
  if (head === null || device === undefined || stream === undefined) return null;
  return laneIsOne(place) ? sightingOf({ device, stream }, head) : null;
}

function foreign(place: Groups, form: RegExp, payload: Uint8Array, run: string): Sighting | null {
  const parts = form.exec(textOf(payload))?.groups;
  if (parts === undefined || !laneIsOne(place) || !laneIsOne(parts)) return null;
  // Where both templates tell the same thing they must agree.
  for (const name of ['lane', 'device', 'stream']) {
    const [a, b] = [place[name], parts[name]];
    if (a !== undefined && b !== undefined && a !== b) return null;
  }
  if (parts.run !== undefined && parts.run !== run) return null;
  const device = place.device ?? parts.device;
  const stream = place.stream ?? parts.stream;
  const [n, epoch, intended] = [parts.n, parts.e, parts.t].map(Number);
  if (device === undefined || stream === undefined || intended === undefined) return null;
  return isIndex(n) && isIndex(epoch) ? { device, stream, n, epoch, intended } : null;
}

function laneIsOne(groups: Groups): boolean {
  const lane = groups.lane;
  return lane === undefined || (Number(lane) < LANES && String(Number(lane)) === lane);
}

/** Whether the lane stands before the device, where a filter can name it. */
function lanesShow(topic: string): boolean {
  const at = topic.indexOf('{lane}');
  return at >= 0 && at < topic.indexOf('{device}');
}

/**
 * One filter per lane where topics show the lane, else one for all; null is every lane. A device id
 * may have any number of levels, so a filter ends where the device begins.
 */
function filtersOf(topic: string, run: string, lanes: readonly number[] | null): string[] {
  const levels: string[] = [];
  for (const level of topic.split('/')) {
    if (level.includes('{device}')) {
      levels.push('#');
      break;
    }
    const isOpen = level.includes('{stream}') || (lanes === null && level.includes('{lane}'));
    levels.push(isOpen ? '+' : level.replace('{run}', run));
  }
  const filter = levels.join('/');
  if (lanes === null) return [filter];
  if (!filter.includes('{lane}')) return lanes.length === 0 ? [] : [filter];
  return lanes.map((lane) => filter.replace('{lane}', String(lane)));
}
