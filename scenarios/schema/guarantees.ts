/**
 * What an author declares that a target promises, key by key; what is left out is the broker's or
 * the target kind's to say.
 */
import { z } from 'zod';
import { type Guarantees, takeOverWord } from '#kernel';
import { duration, flag, qos, whole } from './atoms.ts';

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
    'packet-limit': whole(
      'Bytes of the largest packet that it takes.',
      256,
      268_435_455,
    ).optional(),
    'client-id-length': whole(
      'Characters of the longest client id it takes.',
      23,
      65_535,
    ).optional(),
    mqtt: z.union([z.enum(['3.1.1', '5']), z.literal(5)]).optional(),
  })
  .meta({ description: 'What the target promises; checkers hold it to this and to no more.' })
  .transform((given): Partial<Guarantees> => {
    const takeOver = given['will-on-take-over'];
    const promised = {
      durableSessions: given['durable-sessions'],
      durableRetained: given['durable-retained'],
      durableTelemetry: given['durable-telemetry'],
      queueLimit: given['queue-limit'],
      inflightLimit: given['inflight-limit'],
      maxQos: given['max-qos'],
      acknowledgesEarly: given['acknowledges-early'],
      ordered: given.ordered,
      willOnTakeOver: takeOver === undefined ? undefined : takeOverWord(takeOver),
      keepAliveGrace: given['keep-alive-grace'],
      redeliversWithinMs: given['redelivers-within'],
      filtersPerSession: given['filters-per-session'],
      retained: given.retained,
      retainedWithinMs: given['retained-within'],
      packetBytes: given['packet-limit'],
      clientIdLength: given['client-id-length'],
      mqtt: given.mqtt === undefined ? undefined : String(given.mqtt),
    };
    const stated = Object.entries(promised).filter(([, value]) => value !== undefined);
    return Object.fromEntries(stated) as Partial<Guarantees>;
  });
