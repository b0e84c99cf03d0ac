/**
 * What is under test: our own platform twin, a broker we start, or one somewhere else. Written as
 * one word (`embedded`, `process:mosquitto`, `mqtts://host`) or as a map when there is more to say.
 */
import { z } from 'zod';
import { type Guarantees, meantHint, mustBe, nearestName } from '#kernel';
import type { ScenarioTarget } from '../scenario.ts';
import { flag, qos, whole, words } from './atoms.ts';

const NOT_BUILT = ['ws:', 'wss:', 'amqp:', 'amqps:', 'coap:', 'coaps:', 'http:', 'https:'];
const PLACEHOLDERS = ['run', 'lane', 'device', 'stream'];

const guarantees = z
  .strictObject({
    'durable-sessions': flag('Sessions survive a kill -9 of the target.').optional(),
    'durable-retained': flag('Retained values survive a kill -9 of the target.').optional(),
    'durable-telemetry': flag('Acknowledged telemetry survives a kill -9.').optional(),
    'queue-limit': whole(
      'Messages queued per session before the target may drop.',
      0,
      1e9,
    ).optional(),
    'inflight-limit': whole('Unacknowledged messages per session.', 1, 65_535).optional(),
    'max-qos': qos().optional(),
    'acknowledges-early': flag('PUBACK may come before the message is safe.').optional(),
    ordered: flag('Publishing order per device and topic is kept.').optional(),
    'will-on-take-over': flag('A take-over publishes the will, of a kept session too.').optional(),
    mqtt: z.union([z.enum(['3.1.1', '5']), z.literal(5)]).optional(),
  })
  .meta({ description: 'What the target promises; checkers hold it to this and to no more.' })
  .transform((given): Partial<Guarantees> => {
    const promised = {
      durableSessions: given['durable-sessions'],
      durableRetained: given['durable-retained'],
      durableTelemetry: given['durable-telemetry'],
      queueLimit: given['queue-limit'],
      inflightLimit: given['inflight-limit'],
      maxQos: given['max-qos'],
      acknowledgesEarly: given['acknowledges-early'],
      ordered: given.ordered,
      willOnTakeOver: given['will-on-take-over'],
      mqtt: given.mqtt === undefined ? undefined : String(given.mqtt),
    };
    const stated = Object.entries(promised).filter(([, value]) => value !== undefined);
    return Object.fromEntries(stated) as Partial<Guarantees>;
  });

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

const URL_ONLY = ['ca', 'credentials', 'client-id', 'topic', 'payload', 'hands'] as const;

const targetMap = z
  .strictObject({
    process: words("A broker's binary on PATH, started and stopped by the run.").optional(),
    url: address.optional(),
    ca: words('File with the certificate authority to trust.').optional(),
    credentials: words('File with a user and password for each device.').optional(),
    'client-id': template('Client id template.').optional(),
    topic: template('Topic template; without {lane} every observer sees everything.').optional(),
    payload: words('Payload template.', 4000).optional(),
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
    oneOf: [{ required: ['process'] }, { required: ['url'] }],
    dependentRequired: Object.fromEntries(URL_ONLY.map((key) => [key, ['url']])),
  })
  .transform((given, context): ScenarioTarget => {
    const wrong = (key: string | null, message: string, hint?: string) => {
      const path = key === null ? [] : [key];
      context.issues.push({ code: 'custom', input: given, path, message, params: { hint } });
      return z.NEVER;
    };
    if (given.url !== undefined && given.process !== undefined) {
      return wrong('process', 'cannot stand beside url', 'a target is one or the other');
    }
    if (given.process !== undefined) {
      const stray = URL_ONLY.find((key) => given[key] !== undefined);
      if (stray !== undefined) return wrong(stray, 'only goes with url');
      return { kind: 'process', binary: given.process, guarantees: given.guarantees };
    }
    if (given.url === undefined) {
      return wrong(null, 'names no target', 'give process: or url:, or write target: embedded');
    }
    return {
      kind: 'url',
      url: given.url,
      ca: given.ca ?? null,
      credentials: given.credentials ?? null,
      clientId: given['client-id'] ?? null,
      topic: given.topic ?? null,
      payload: given.payload ?? null,
      hands: given.hands ?? null,
      guarantees: given.guarantees,
    };
  });

const EXPECTED = 'embedded, process:BINARY, a URL or a map';

const targetWord = z
  .string()
  .meta({
    description: 'embedded, process:BINARY or a URL.',
    pattern: '^(embedded|process:.+|mqtts?://[^/@]+(/.*)?)$',
    examples: ['embedded', 'process:mosquitto', 'mqtt://127.0.0.1:1883'],
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

/** One word for a target, as in the file and in `--target`. */
export function parseTarget(
  text: string,
): { ok: true; target: ScenarioTarget } | { ok: false; message: string; hint: string } {
  if (text === 'embedded') return { ok: true, target: { kind: 'embedded' } };
  const binary = /^process:\s*(\S.*)$/.exec(text)?.[1]?.trim();
  if (binary !== undefined) {
    return { ok: true, target: { kind: 'process', binary, guarantees: {} } };
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
  const nothing = { ca: null, credentials: null, clientId: null, topic: null, payload: null };
  return {
    ok: true,
    target: { kind: 'url', url: text, ...nothing, hands: null, guarantees: {} },
  };
}

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
