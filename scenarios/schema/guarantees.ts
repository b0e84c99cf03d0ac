/**
 * What an author declares that a target promises, key by key; what is left out is the broker's or
 * the target kind's to say. What those say of themselves, in a file of code, is held to the same.
 */
import { z } from 'zod';
import { type Guarantees, mustBe, show, takeOverWord } from '#kernel';
import { duration, flag, qos, whole } from './atoms.ts';
import { version } from './mqtt5.ts';

const written = z.strictObject({
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
  'will-on-take-over': z
    .union([z.enum(['none', 'clean', 'all']), z.boolean()])
    .meta({
      description:
        'Of which sessions a take-over publishes the will; true means all, false clean ones.',
    })
    .optional(),
  'keep-alive-grace': z
    .number()
    .min(1)
    .max(100)
    .meta({ description: 'After how many keep-alives of silence a client is given up.' })
    .optional(),
  'redelivers-within': duration(
    'A message under way when its connection broke comes again within so long.',
    { max: 3_600_000 },
  ).optional(),
  'filters-per-session': whole('Topic filters that one session may hold.', 2, 1e6).optional(),
  retained: z
    .enum(['flagged', 'unflagged', 'exact-topics'])
    .meta({
      description:
        'How retained values come: marked as such; unmarked; or marked, for exact topics only.',
    })
    .optional(),
  'retained-within': duration('By when after a subscription all retained values have come.', {
    min: 100,
    max: 300_000,
  }).optional(),
  'packet-limit': whole('Bytes of the largest packet that it takes.', 256, 268_435_455).optional(),
  'client-id-length': whole('Characters of the longest client id it takes.', 23, 65_535).optional(),
  mqtt: version('The highest version of MQTT that it speaks.').optional(),
});

/** Which key of a scenario says what a plan has under this name. */
const KEYS: Readonly<Record<keyof Guarantees, keyof typeof written.shape>> = {
  durableSessions: 'durable-sessions',
  durableRetained: 'durable-retained',
  durableTelemetry: 'durable-telemetry',
  queueLimit: 'queue-limit',
  inflightLimit: 'inflight-limit',
  maxQos: 'max-qos',
  acknowledgesEarly: 'acknowledges-early',
  ordered: 'ordered',
  willOnTakeOver: 'will-on-take-over',
  keepAliveGrace: 'keep-alive-grace',
  redeliversWithinMs: 'redelivers-within',
  filtersPerSession: 'filters-per-session',
  retained: 'retained',
  retainedWithinMs: 'retained-within',
  packetBytes: 'packet-limit',
  clientIdLength: 'client-id-length',
  mqtt: 'mqtt',
};

/** Under which key a scenario writes it. */
export const guaranteeKey = (name: keyof Guarantees): string => KEYS[name];

export const GUARANTEES = Object.keys(KEYS) as readonly (keyof Guarantees)[];

export const guarantees = written
  .meta({ description: 'What the target promises; checkers hold it to this and to no more.' })
  .transform((given): Partial<Guarantees> => {
    const takeOver = given['will-on-take-over'];
    const said: Readonly<Partial<Record<keyof Guarantees, unknown>>> = {
      ...(takeOver === undefined ? {} : { willOnTakeOver: takeOverWord(takeOver) }),
    };
    const stated = GUARANTEES.flatMap((name): [string, unknown][] => {
      const value = said[name] ?? given[KEYS[name]];
      return value === undefined ? [] : [[name, value]];
    });
    return Object.fromEntries(stated) as Partial<Guarantees>;
  });

/** What is wrong with a guarantee that code gives, as a predicate; null when it can be held. */
export function guaranteeFlaw(name: keyof Guarantees, value: unknown): string | null {
  if (value === undefined) return mustBe('a value', value);
  // What a plan has in milliseconds is a duration to whoever writes it.
  const isSpan = name.endsWith('Ms') && typeof value === 'number';
  const read = guarantees.safeParse({ [KEYS[name]]: isSpan ? `${value}ms` : value });
  if (!read.success) return read.error.issues[0]?.message ?? 'cannot be read';
  // A yes or no that is a word by now is still read as that word.
  if (typeof value === 'boolean') return null;
  // What YAML may write as a number is another value than the text in a plan.
  return read.data[name] === value ? null : mustBe(show(read.data[name]), value);
}
