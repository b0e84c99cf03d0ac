/**
 * What an author declares that a target promises, key by key; what is left out is the broker's or
 * the target kind's to say.
 */
import { z } from 'zod';
import { type Guarantees, mustBe } from '#kernel';
import { flag, qos, whole } from './atoms.ts';

export const guarantees = z
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
    mqtt: z.literal('3.1.1', { error: ({ input }) => whyNot(input) }).optional(),
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
      mqtt: given.mqtt,
    };
    const stated = Object.entries(promised).filter(([, value]) => value !== undefined);
    return Object.fromEntries(stated) as Partial<Guarantees>;
  });

/** A promise that nothing here could hold anybody to is refused, and never taken note of only. */
const whyNot = (version: unknown): string =>
  String(version) === '5' ? 'is 5, which is not built yet' : mustBe('3.1.1', version);
