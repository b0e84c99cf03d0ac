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

const NOT_BUILT = ['ws:', 'wss:', 'amqp:', 'amqps:', 'coap:', 'coaps:', 'http:', 'https:'];
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

const address = words('Address of a target that is already there: mqtt:// or mqtts://.')
  .superRefine((text, context) => {
    const flaw = urlFlaw(text);
    if (flaw === null) return;
    context.addIssue({ code: 'custom', message: flaw.message, params: { hint: flaw.hint } });
  })
  .meta({ pattern: '^mqtts?://[^/@]+(/.*)?$', examples: ['mqtt://127.0.0.1:1883'] });

/** Keys of a target that was there before us; one that we start ourselves needs none of them. */
export const NOT_OURS: readonly string[] = [
  ...['ca', 'observe', 'credentials', 'client-id', 'topic', 'payload', 'hands'],
];
const FORMS = ['process', 'url', 'kind'] as const;

const targetMap = z
  .strictObject({
    observe: address
      .meta({
        description: 'Where observers look, if not at url: the far end of a bridge, another node.',
      })
      .optional(),
    process: words("A broker's binary on PATH, started and stopped by the run.").optional(),
    url: address.optional(),
    kind: name('A kind of target from a plug-in, or of the catalog.').optional(),
    with: z
      .record(z.string(), z.unknown())
      .meta({ description: 'What that kind takes.' })
      .optional(),
    broker: name('A known broker: its promises hold where guarantees is silent.').optional(),
    ca: words('File with the certificate authority to trust.').optional(),
    credentials: words('File with a user and password for each device.').optional(),
    'client-id': template('Client id template.').optional(),
    topic: template('Topic template; without {lane} every observer sees everything.').optional(),
    payload: words('Payload template.', 4000).optional(),
    dialect: name('How packets are made of messages; a plug-in may bring one.').optional(),
    codec: name('How a message becomes payload bytes; a plug-in may bring one.').optional(),
    guarantees: guarantees.prefault({}),
    hands: z
      .strictObject({
        kill: words('Command that kills the target without warning.'),
        start: words('Command that starts it again.'),
      })
      .meta({ description: 'How the target may be killed and started; broker-kill needs it.' })
      .optional(),
  })
  .meta({
    description: 'A target that needs more than a word.',
    oneOf: FORMS.map((form) => ({ required: [form] })),
    dependentRequired: { ca: ['url'], observe: ['url'], with: ['kind'] },
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
      hands: given.hands ?? null,
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
  if (kind !== undefined) {
    const beside = stray(['process', 'url']);
    if (beside !== undefined) return { wrong: [beside, 'cannot stand beside kind'] };
    const foreign = stray(['ca', 'observe']);
    if (foreign !== undefined) return { wrong: [foreign, 'only goes with url'] };
    return { kind: String(kind), with: { ...(given.with ?? {}) }, place: 'target.with' };
  }
  if (given.with !== undefined) return { wrong: ['with', 'only goes with kind'] };
  if (process !== undefined) {
    const foreign = stray(NOT_OURS);
    if (foreign !== undefined) return { wrong: [foreign, 'only goes with url'] };
    return { kind: 'process', with: { process }, place: 'target' };
  }
  if (url === undefined) {
    const hint = 'give process: or url:, or write target: embedded';
    return { wrong: [null, 'names no target', hint] };
  }
  const ca = given.ca === undefined ? {} : { ca: given.ca };
  const observe = given.observe === undefined ? {} : { observe: given.observe };
  return { kind: 'url', with: { url, ...ca, ...observe }, place: 'target' };
}

const EXPECTED = 'embedded, process:BINARY, a URL or a map';

const targetWord = z
  .string()
  .meta({
    description: 'embedded, process:BINARY or a URL, with a known broker before it or not.',
    pattern: '^(embedded|process:.+|([a-z][a-z0-9-]*[+])?mqtts?://[^/@]+(/.*)?)$',
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
  const { broker, url } = ofBroker(text);
  if (broker !== null) {
    const read = parseTarget(url);
    return read.ok ? { ok: true, target: { ...read.target, broker } } : read;
  }
  if (text.startsWith('container:')) {
    return {
      ok: false,
      message: 'names a container, and containers are not built yet',
      hint: 'start it yourself and give its URL, or use process:BINARY',
    };
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
  if (NOT_BUILT.includes(url.protocol)) {
    return {
      message: `speaks ${url.protocol}//, which is not built yet`,
      hint: 'use mqtt:// or mqtts://',
    };
  }
  if (url.protocol !== 'mqtt:' && url.protocol !== 'mqtts:') {
    return { message: `cannot speak ${url.protocol}//`, hint: 'use mqtt:// or mqtts://' };
  }
  if (url.username !== '' || url.password !== '') {
    return {
      message: 'must not carry a user or password',
      hint: 'put them into a file and name it in target.credentials',
    };
  }
  return null;
}

/** An address that cannot be read may still hold a password, and problems are printed. */
const withoutSecret = (text: string): string => text.replace(/\/\/[^/]*@/, '//…@');
