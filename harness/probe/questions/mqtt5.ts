/** What of MQTT 5 is spoken, and whether what is spoken is kept. */
import { type Finding, fact, judged, open, type Question } from '../question.ts';
import { NotLetIn, pause, type RawClient, type RawOptions, until } from '../raw-client.ts';
import type { Stand } from '../stand.ts';

const LONG_MS = 5000;
const V5 = { version: 5 } as const;
const LIMIT = 3;

export const mqtt5: Question = {
  name: 'mqtt-5',
  isSlow: true,
  ask: async (stand) => {
    let first: RawClient;
    try {
      first = await stand.open('v5', V5);
    } catch (error) {
      if (!(error instanceof NotLetIn)) throw error;
      return [fact('mqtt-5', 'not spoken', `a CONNECT of version 5: ${error.message}`)];
    }
    const told = Object.entries(first.connack?.properties ?? {});
    const said = told.map(([name, value]) => `${name} ${String(value)}`).join(', ');
    const spoken = fact('mqtt-5', 'spoken', `its CONNACK says: ${said || 'nothing more'}`);
    const aliases = first.connack?.properties?.topicAliasMaximum ?? 0;
    first.goodbye();
    const asked: [string, () => Promise<Finding[]>][] = [
      ['properties', () => properties(stand)],
      ['expiry', () => expiry(stand)],
      ['receive-maximum', () => receiveMaximum(stand)],
      ['topic-alias', () => topicAlias(stand, aliases)],
      ['options', () => options(stand)],
      ['will-delay', () => willDelay(stand)],
      ['packet-maximum', () => packetMaximum(stand)],
    ];
    const answers = await Promise.all(
      asked.map(async ([name, ask]) => {
        try {
          return await ask();
        } catch (error) {
          return [open(`v5-${name}`, 'could not be asked', (error as Error).message)];
        }
      }),
    );
    return [spoken, ...answers.flat()];
  },
};

const open5 = (stand: Stand, name: string, more: RawOptions = {}): Promise<RawClient> =>
  stand.open(name, { ...V5, ...more });

async function properties(stand: Stand): Promise<Finding[]> {
  const topic = stand.topic('v5/properties');
  const reader = await open5(stand, 'v5pr');
  await reader.subscribe([topic], 1, { id: 7 });
  const writer = await open5(stand, 'v5pw');
  writer.publish(topic, 'x', 1, {
    properties: {
      userProperties: { colour: 'red' },
      contentType: 'text/plain',
      responseTopic: stand.topic('v5/answer'),
      correlationData: Buffer.from('c1'),
    },
  });
  await until(() => reader.messages.length > 0, LONG_MS);
  const came = reader.messages[0]?.properties ?? {};
  const line = (isThere: boolean, name: string, what: string): Finding =>
    judged(isThere, name, isThere ? 'handed on' : 'lost', `a message was published with ${what}`);
  // Who publishes where nobody listens may be told so.
  const alone = await open5(stand, 'v5pa');
  alone.publish(stand.topic('v5/nobody'), 'x', 1);
  const code = (await alone.next('puback', LONG_MS))?.reasonCode ?? 0;
  return [
    line(came.userProperties?.colour === 'red', 'v5-user-properties', 'a user property'),
    line(came.contentType === 'text/plain', 'v5-content-type', 'a content type'),
    line(
      came.responseTopic !== undefined && came.correlationData?.toString() === 'c1',
      'v5-request-response',
      'a response topic and correlation data',
    ),
    judged(
      [came.subscriptionIdentifier].flat().includes(7),
      'v5-subscription-id',
      came.subscriptionIdentifier === undefined ? 'not told' : 'told',
      'a subscription had the identifier 7',
    ),
    fact(
      'v5-no-subscribers',
      code === 0x10 ? 'told' : `not told (${code})`,
      'a publish at QoS 1 to where nobody listens',
    ),
  ];
}

async function expiry(stand: Stand): Promise<Finding[]> {
  const topic = stand.topic('v5/expiry');
  const long = { clean: false, properties: { sessionExpiryInterval: 60 } };
  const short = { clean: false, properties: { sessionExpiryInterval: 1 } };
  const away = await open5(stand, 'v5ea', long);
  await away.subscribe([topic], 1);
  away.destroy();
  (await open5(stand, 'v5es', short)).destroy();
  await pause(100);
  const writer = await open5(stand, 'v5ew');
  await writer.publishSafely(topic, 'short', { properties: { messageExpiryInterval: 1 } });
  await writer.publishSafely(topic, 'long', { properties: { messageExpiryInterval: 600 } });
  await pause(3500);
  const back = await open5(stand, 'v5ea', long);
  await back.settled(2, 2000, LONG_MS);
  const payloads = back.messages.map(({ payload }) => payload);
  const left = back.messages.find(({ payload }) => payload === 'long')?.properties;
  const isHeld = payloads.includes('long') && !payloads.includes('short');
  const isCounted = (left?.messageExpiryInterval ?? 600) < 600;
  const again = await open5(stand, 'v5es', short);
  const isForgotten = !again.isSessionPresent;
  for (const one of [back, again]) one.goodbye();
  return [
    judged(
      isHeld,
      'v5-message-expiry',
      isHeld ? 'kept to' : `there came: ${payloads.join(', ') || 'nothing'}`,
      'messages of 1 s and of 600 s waited 3.5 s for a reader that was away',
    ),
    judged(
      isCounted,
      'v5-expiry-counts-down',
      isCounted ? `${left?.messageExpiryInterval} s were left` : 'not',
      'the message of 600 s, when it was handed over',
    ),
    judged(
      isForgotten,
      'v5-session-expiry',
      isForgotten ? 'kept to' : 'still present',
      'a session of 1 s was left alone for more than 3 s',
    ),
  ];
}

async function receiveMaximum(stand: Stand): Promise<Finding[]> {
  const topic = stand.topic('v5/flow');
  const options = { answers: false, properties: { receiveMaximum: LIMIT } };
  const mute = await open5(stand, 'v5rm', options);
  await mute.subscribe([topic], 1);
  const writer = await open5(stand, 'v5rw');
  await writer.burst(topic, 12, 4, LONG_MS);
  const came = await mute.settled(12, 1500, LONG_MS);
  mute.destroy();
  return [
    judged(
      came > 0 && came <= LIMIT,
      'v5-receive-maximum',
      `${came} under way`,
      `a reader with a receive maximum of ${LIMIT} answered none of 12`,
    ),
  ];
}

async function topicAlias(stand: Stand, aliases: number): Promise<Finding[]> {
  if (aliases === 0) {
    return [fact('v5-topic-alias', 'none offered', 'its CONNACK gives no topic alias maximum')];
  }
  const topic = stand.topic('v5/alias');
  const reader = await open5(stand, 'v5tr');
  await reader.subscribe([topic], 1);
  const writer = await open5(stand, 'v5tw');
  await writer.publishSafely(topic, 'named', { properties: { topicAlias: 1 } });
  await writer.publishSafely('', 'by alias', { properties: { topicAlias: 1 } });
  await reader.settled(2, 1500, LONG_MS);
  const isKept = reader.messages.length === 2 && reader.messages[1]?.topic === topic;
  const seen = `a topic was given the alias 1 of ${aliases} and then left out`;
  return [judged(isKept, 'v5-topic-alias', isKept ? 'understood' : 'not understood', seen)];
}

async function options(stand: Stand): Promise<Finding[]> {
  const topic = stand.retains(stand.topic('v5/options'));
  const own = await open5(stand, 'v5on');
  await own.publishSafely(topic, 'kept', { retain: true });
  await own.subscribe([topic], 1, { nl: true, rh: 2 });
  const other = await open5(stand, 'v5oo');
  await other.subscribe([topic], 1, { rap: true, rh: 2 });
  await own.publishSafely(topic, 'live', { retain: true });
  await other.settled(1, 1500, LONG_MS);
  const isOwnHeard = own.messages.some(({ payload }) => payload === 'live');
  const isKeptHeard = [...own.messages, ...other.messages].some(
    ({ payload }) => payload === 'kept',
  );
  const isMarked = other.messages.find(({ payload }) => payload === 'live')?.retain === true;
  const word = (isKept: boolean): string => (isKept ? 'kept to' : 'not kept to');
  const of = (what: string): string => `a subscription with ${what}`;
  return [
    judged(!isOwnHeard, 'v5-no-local', word(!isOwnHeard), of('no local')),
    judged(!isKeptHeard, 'v5-retain-handling', word(!isKeptHeard), of('retain handling 2')),
    judged(isMarked, 'v5-retain-as-published', word(isMarked), of('retain as published')),
  ];
}

async function willDelay(stand: Stand): Promise<Finding[]> {
  const topic = stand.topic('v5/will');
  const watcher = await open5(stand, 'v5wr');
  await watcher.subscribe([topic], 1);
  const will = { topic, payload: 'x', qos: 1 as const, properties: { willDelayInterval: 2 } };
  const properties = { sessionExpiryInterval: 30 };
  const armed = await open5(stand, 'v5ww', { clean: false, properties, will });
  const lostAt = performance.now();
  armed.destroy();
  await until(() => watcher.messages.length > 0, 8000);
  const after = ((watcher.messages[0]?.at ?? Number.NaN) - lostAt) / 1000;
  const found = Number.isNaN(after) ? 'not published' : `published after ${after.toFixed(1)} s`;
  const seen = 'a client with a will delay of 2 s was lost';
  return [judged(after > 1.4 && after < 6, 'v5-will-delay', found, seen)];
}

async function packetMaximum(stand: Stand): Promise<Finding[]> {
  const topic = stand.topic('v5/large');
  const reader = await open5(stand, 'v5mr', { properties: { maximumPacketSize: 200 } });
  await reader.subscribe([topic], 1);
  const writer = await open5(stand, 'v5mw');
  await writer.publishSafely(topic, Buffer.alloc(500, 'x'));
  await writer.publishSafely(topic, 'small');
  await reader.settled(2, 1500, LONG_MS);
  const sizes = reader.messages.map(({ bytes }) => bytes);
  const isKept = !reader.isClosed && sizes.every((bytes) => bytes < 200) && sizes.length === 1;
  const seen = 'a reader that takes 200 bytes was published 500 and 5';
  return [
    judged(isKept, 'v5-packet-maximum', isKept ? 'kept to' : `${sizes.join(', ')} came`, seen),
  ];
}
