/**
 * What is under test: our own platform twin, a broker we start, one somewhere else, or whatever a
 * target kind of the catalog stands for. Written as one word (`embedded`, `process:mosquitto`,
 * `mqtts://host`) or as a map when there is more to say. A kind that has no word of its own here is
 * named (`kind: NAME`), and what it takes under `with` is read when the plan is made.
 */
import { z } from 'zod';
import { meantHint, mustBe, nearestName } from '#kernel';
import type { ScenarioTarget } from '../scenario.ts';
import { name, words } from './atoms.ts';
import { guarantees } from './guarantees.ts';
import { version } from './mqtt5.ts';
import { hands, intake, presence, store } from './yours.ts';

const SPOKEN = ['mqtt:', 'mqtts:', 'ws:', 'wss:'];
const NOT_BUILT = ['amqp:', 'amqps:', 'coap:', 'coaps:'];
const POSTED = ['http:', 'https:'];
const PLACEHOLDERS = ['run', 'lane', 'device', 'stream'];

const template = (about: string) =>
  words(about)
    .superRefine((text, context) => {
      const used = [...text.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? '');
      for (const placeholder of used) {
        if (PLACEHOLDERS.includes(placeholder)) continue;
        const near = nearestName(placeholder, PLACEHOLDERS);
        context.addIssue({
          code: 'custom',
          message: `knows no placeholder {${placeholder}}`,
          params: {
            hint: near ? `did you mean {${near}}?` : `known: {${PLACEHOLDERS.join('}, {')}}`,
          },
        });
      }
      if (!used.includes('device')) {
        context.addIssue({
          code: 'custom',
          message: 'must contain {device}, or all devices would share it',
        });
      }
    })
    .meta({ pattern: '\\{device\\}' });

const address = words(
  'Address of a target that is already there: mqtt://, mqtts://, or ws:// or wss:// with its path.',
)
  .superRefine((text, context) => {
    const flaw = urlFlaw(text);
    if (flaw === null) return;
    context.addIssue({ code: 'custom', message: flaw.message, params: { hint: flaw.hint } });
  })
  .meta({
    pattern: '^(mqtts?|wss?)://[^/@]+(/.*)?$',
    examples: ['mqtt://127.0.0.1:1883', 'wss://broker.example.com/mqtt'],
  });

/** Keys that say how to get to a url, beside it. */
const WAYS = ['ca', 'observe', 'server-name', 'alpn', 'certificates', 'own-certificate'] as const;
const alpn = words('A protocol by ALPN, such as mqtt or x-amzn-mqtt-ca.', 255);

/** Keys of a target that was there before us; one that we start ourselves needs none of them. */
export const NOT_OURS: readonly string[] = [
  ...[
    ...WAYS,
    'credentials',
    'client-id',
    'topic',
    'payload',
    'hands',
    'store',
    'presence',
    'intake',
  ],
];
const FORMS = ['process', 'url', 'container', 'kind'] as const;

/** Of a container; what they take is the affair of its kind. */
export const OF_CONTAINERS = [
  'port',
  'env',
  'env-from',
  'files',
  'command',
  'wait',
  'within',
] as const;
/** The one of these that a process takes as well. */
const OF_PROCESS = ' Of a process: where it listens on 127.0.0.1; any free one when left out.';
const ofContainer = Object.fromEntries(
  OF_CONTAINERS.map((key) => [
    key,
    z
      .unknown()
      .meta({ description: `Of a container: ${key}.${key === 'port' ? OF_PROCESS : ''}` })
      .optional(),
  ]),
) as Record<(typeof OF_CONTAINERS)[number], z.ZodOptional<z.ZodUnknown>>;

const targetMap = z
  .strictObject({
    observe: address
      .meta({
        description: 'Where observers look, if not at url: the far end of a bridge, another node.',
      })
      .optional(),
    process: words("A broker's binary on PATH, started and stopped by the run.").optional(),
    url: address.optional(),
    container: words('An image; the run starts it and removes it.').optional(),
    ...ofContainer,
    kind: name('A kind of target from a plug-in, or of the catalog.').optional(),
    with: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What that kind takes.' })
      .optional(),
    broker: name('A known broker: its promises hold where guarantees is silent.').optional(),
    ca: words('File with the certificate authority to trust.').optional(),
    'server-name': words(
      'Whom the certificate of the target must be for, if not the host of url; asked for by SNI.',
      253,
    ).optional(),
    alpn: z
      .union([alpn, z.array(alpn).min(1)], { error: (issue) => mustBe('a protocol', issue.input) })
      .meta({ description: 'Protocols to ask for by ALPN.' })
      .transform((given) => (typeof given === 'string' ? [given] : given))
      .optional(),
    certificates: words(
      'Folder with a certificate and key for each device, or a template with {device}.',
    ).optional(),
    'own-certificate': words(
      'Name of the one for observers, operators and probes; twinstorm if left out.',
    ).optional(),
    credentials: words('File with a user and password for each device.').optional(),
    'client-id': template('Client id template.').optional(),
    topic: template('Topic template; without {lane} every observer sees everything.').optional(),
    payload: words('Payload template.', 4000).optional(),
    dialect: name('How packets are made of messages; a plug-in may bring one.').optional(),
    codec: name('How a message becomes payload bytes; a plug-in may bring one.').optional(),
    mqtt: version('The version of MQTT to speak to it; 3.1.1 when left out.').optional(),
    guarantees: guarantees.prefault({}),
    hands: hands.optional(),
    store: store.optional(),
    presence: presence.optional(),
    intake: intake.optional(),
  })
  .meta({
    description: 'A target that needs more than a word.',
    oneOf: FORMS.map((form) => ({ required: [form] })),
    dependentRequired: {
      ...Object.fromEntries(
        OF_CONTAINERS.filter((key) => key !== 'port').map((key) => [key, ['container']]),
      ),
      ...Object.fromEntries(WAYS.map((key) => [key, ['url']])),
      with: ['kind'],
    },
    not: { required: ['process'], anyOf: NOT_OURS.map((key) => ({ required: [key] })) },
  })
  .transform((given, context): ScenarioTarget => {
    const wrong = (key: string | null, message: string, hint?: string) => {
      const path = key === null ? [] : [key];
      context.issues.push({ code: 'custom', input: given, path, message, params: { hint } });
      return z.NEVER;
    };
    const form = formOf(given);
    if (form.wrong !== undefined) return wrong(...form.wrong);
    return {
      ...form,
      broker: given.broker ?? null,
      dialect: given.dialect ?? null,
      codec: given.codec ?? null,
      topic: given.topic ?? null,
      payload: given.payload ?? null,
      clientId: given['client-id'] ?? null,
      credentials: given.credentials ?? null,
      hands: given.hands?.hands ?? null,
      ...(given.hands?.namedHands === undefined ? {} : { namedHands: given.hands.namedHands }),
      ...(given.store === undefined ? {} : { store: given.store }),
      ...(given.presence === undefined ? {} : { presence: given.presence }),
      ...(given.intake === undefined ? {} : { intake: given.intake }),
      ...(given.mqtt === '5' ? { mqtt: given.mqtt } : {}),
      guarantees: given.guarantees,
    };
  });

type Form =
  | (Pick<ScenarioTarget, 'kind' | 'with' | 'place'> & { wrong?: never })
  | { wrong: [key: string | null, message: string, hint?: string] };

/** Which of the forms the map has, and what belongs to the kind alone. */
function formOf(given: Readonly<Record<string, unknown>>): Form {
  const { process, url, kind } = given;
  const stray = (keys: readonly string[]) => keys.find((key) => given[key] !== undefined);
  if (url !== undefined && process !== undefined) {
    return { wrong: ['process', 'cannot stand beside url', 'a target is one or the other'] };
  }
  const { container } = given;
  if (container === undefined) {
    const alone = stray(OF_CONTAINERS);
    const isOfProcess = alone === 'port' && process !== undefined;
    if (alone !== undefined && !isOfProcess) {
      return { wrong: [alone, 'only goes with container'] };
    }
  } else {
    const beside = stray(['process', 'url', 'kind', 'with', 'hands', ...WAYS]);
    if (beside !== undefined) return { wrong: [beside, 'cannot stand beside container'] };
    const said = OF_CONTAINERS.filter((key) => given[key] !== undefined);
    const own = Object.fromEntries(said.map((key) => [key, given[key]]));
    return { kind: 'container', with: { container, ...own }, place: 'target' };
  }
  if (kind !== undefined) {
    const beside = stray(['process', 'url']);
    if (beside !== undefined) return { wrong: [beside, 'cannot stand beside kind'] };
    const foreign = stray(WAYS);
    if (foreign !== undefined) return { wrong: [foreign, 'only goes with url'] };
    return { kind: String(kind), with: { ...(given.with ?? {}) }, place: 'target.with' };
  }
  if (given.with !== undefined) return { wrong: ['with', 'only goes with kind'] };
  if (process !== undefined) {
    const foreign = stray(NOT_OURS);
    if (foreign !== undefined) return { wrong: [foreign, 'only goes with url'] };
    const { port } = given;
    const own = port === undefined ? { process } : { process, port };
    return { kind: 'process', with: own, place: 'target' };
  }
  if (url === undefined) {
    const hint = 'give process:, url: or container:, or write target: embedded';
    return { wrong: [null, 'names no target', hint] };
  }
  const ways = WAYS.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]);
  return { kind: 'url', with: { url, ...Object.fromEntries(ways) }, place: 'target' };
}

const USE = 'use mqtt://, mqtts://, ws:// or wss://';
const EXPECTED = 'embedded, process:BINARY, container:IMAGE, a URL or a map';

const targetWord = z
  .string()
  .meta({
    description:
      'embedded, process:BINARY, container:IMAGE or a URL, with a known broker before it or not.',
    pattern:
      '^(embedded|process:.+|container:.+|([a-z][a-z0-9-]*[+])?(mqtts?|wss?)://[^/@]+(/.*)?)$',
    examples: [
      'embedded',
      'process:mosquitto',
      'mqtt://127.0.0.1:1883',
      'rabbitmq+mqtt://127.0.0.1:1883',
    ],
  })
  .transform((text, context): ScenarioTarget => {
    const read = parseTarget(text);
    if (read.ok) return read.target;
    context.issues.push({
      code: 'custom',
      input: text,
      message: read.message,
      params: { hint: read.hint },
    });
    return z.NEVER;
  });

export const target = z.union([targetWord, targetMap], {
  error: (issue) => mustBe(EXPECTED, issue.input),
});

/** `rabbitmq+mqtt://…`: an address, and a known broker whose promises hold there. */
const OF_BROKER = /^([a-z][a-z0-9-]*)\+((?:mqtts?|wss?):\/\/.*)$/;

export function ofBroker(word: string): { broker: string | null; url: string } {
  const [, broker, url] = OF_BROKER.exec(word) ?? [];
  return broker === undefined || url === undefined ? { broker: null, url: word } : { broker, url };
}

/** One word for a target, as in the file and in `--target`. */
export function parseTarget(
  text: string,
): { ok: true; target: ScenarioTarget } | { ok: false; message: string; hint: string } {
  if (text === 'embedded') return { ok: true, target: plain('embedded', {}) };
  const binary = /^process:\s*(\S.*)$/.exec(text)?.[1]?.trim();
  if (binary !== undefined) {
    return { ok: true, target: plain('process', { process: binary }) };
  }
  const image = /^container:\s*(\S+)$/.exec(text)?.[1];
  if (image !== undefined) return { ok: true, target: plain('container', { container: image }) };
  const { broker, url } = ofBroker(text);
  if (broker !== null) {
    const read = parseTarget(url);
    return read.ok ? { ok: true, target: { ...read.target, broker } } : read;
  }
  if (!text.includes('://')) {
    const otherwise = 'process:mosquitto, mqtt://127.0.0.1:1883';
    const hint = meantHint(text, ['embedded', 'process:mosquitto'], otherwise);
    return { ok: false, message: mustBe(EXPECTED, text), hint };
  }
  const flaw = urlFlaw(text);
  if (flaw !== null) return { ok: false, ...flaw };
  return { ok: true, target: plain('url', { url: text }) };
}

/** A target of which nothing more is said. */
const plain = (kind: string, given: ScenarioTarget['with']): ScenarioTarget => ({
  kind,
  with: given,
  place: 'target',
  broker: null,
  dialect: null,
  codec: null,
  topic: null,
  payload: null,
  clientId: null,
  credentials: null,
  hands: null,
  guarantees: {},
});

function urlFlaw(text: string): { message: string; hint: string } | null {
  const url = URL.parse(text);
  if (url === null || url.hostname === '') {
    return { message: mustBe('an address', withoutSecret(text)), hint: 'mqtt://127.0.0.1:1883' };
  }
  if (POSTED.includes(url.protocol)) {
    return {
      message: 'is an address of HTTP, and a target is watched by MQTT',
      hint: 'say its broker here, and intake: { http: { post: … } } beside url',
    };
  }
  if (NOT_BUILT.includes(url.protocol)) {
    return {
      message: `speaks ${url.protocol}//, which is not built yet`,
      hint: USE,
    };
  }
  if (!SPOKEN.includes(url.protocol)) {
    return { message: `cannot speak ${url.protocol}//`, hint: USE };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'must not carry a user or password',
      hint: 'put them into a file and name it in target.credentials',
    };
  }
  if (/^wss?:$/.test(url.protocol) && url.search !== '') {
    // Signed addresses carry their secret there, and this one stands in every report.
    return { message: 'must not carry a query', hint: 'leave out what follows the ?' };
  }
  return null;
}

/** An address that cannot be read may still hold a password, and problems are printed. */
const withoutSecret = (text: string): string => text.replace(/\/\/[^/]*@/, '//…@');
