/**
 * What an author declares that a target promises, key by key; what is left out is the broker's or
 * the target kind's to say. What those say of themselves, in a file of code, is held to the same.
 */
import { z } from 'zod';
import { type Guarantees, mustBe, show } from '#kernel';
import { flag, qos, whole } from './atoms.ts';

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
  'will-on-take-over': flag('A take-over publishes the will, of a kept session too.').optional(),
  mqtt: z
    .union([z.enum(['3.1.1', '5']), z.literal(5)], {
      error: (issue) => mustBe("'3.1.1' or '5'", issue.input),
    })
    .optional(),
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
  mqtt: 'mqtt',
};

export const GUARANTEES = Object.keys(KEYS) as readonly (keyof Guarantees)[];

export const guarantees = written
  .meta({ description: 'What the target promises; checkers hold it to this and to no more.' })
  .transform((given): Partial<Guarantees> => {
    const stated = GUARANTEES.flatMap((name) => {
      const value = given[KEYS[name]];
      if (value === undefined) return [];
      return [[name, name === 'mqtt' ? String(value) : value] as const];
    });
    return Object.fromEntries(stated) as Partial<Guarantees>;
  });

/** What is wrong with a guarantee that code gives, as a predicate; null when it can be held. */
export function guaranteeFlaw(name: keyof Guarantees, value: unknown): string | null {
  if (value === undefined) return mustBe('a value', value);
  const key = KEYS[name];
  const read = guarantees.safeParse({ [key]: value });
  if (!read.success) return read.error.issues[0]?.message ?? 'cannot be read';
  // A number is a version to whoever writes YAML, and another value than the text in a plan.
  return read.data[name] === value ? null : mustBe(show(read.data[name]), value);
}
