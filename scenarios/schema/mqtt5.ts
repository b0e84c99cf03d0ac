/** What a scenario says of MQTT 5: which version is spoken, and what devices make of it. */
import { z } from 'zod';
import { type Mqtt5Plan, mustBe } from '#kernel';
import { duration, whole, words } from './atoms.ts';

const SECOND_MS = 1000;
/** Four bytes of seconds would be more than a century; no run is longer than this. */
const INTERVAL_MS_MAX = 30 * 86_400_000;
/** A property block of ours has two bytes of length. */
const USER_PROPERTIES_MAX = 10;

export const version = (about: string) =>
  z
    .union([z.enum(['3.1.1', '5']), z.literal(5)], {
      error: ({ input }) => mustBe('3.1.1 or 5', input),
    })
    .meta({ description: about, examples: [5, '3.1.1'] })
    .transform((written): '3.1.1' | '5' => (written === '3.1.1' ? written : '5'));

/** MQTT counts these in whole seconds. */
export const seconds = (about: string) =>
  duration(`${about} In whole seconds.`, { min: SECOND_MS, max: INTERVAL_MS_MAX })
    .refine((ms) => ms % SECOND_MS === 0, { error: 'must be whole seconds' })
    .transform((ms) => ms / SECOND_MS);

export const mqtt5 = z
  .strictObject({
    expiry: seconds('After that what they publish is worth nothing any more.').optional(),
    'receive-maximum': whole(
      'Messages at QoS 1 and 2 that the target may have under way to one of them.',
      1,
      65_535,
    ).optional(),
    'session-expiry': seconds(
      'How long the target keeps a session that is away; needs session: persistent.',
    ).optional(),
    'will-delay': seconds(
      'How long the target waits with a will, in case they come back; needs will: true.',
    ).optional(),
    'topic-alias': whole('Topics that go by a number, out and in.', 1, 65_535).optional(),
    'user-properties': z
      .record(z.string().min(1).max(100), words('What is said under this name.', 200))
      .refine((all) => Object.keys(all).length <= USER_PROPERTIES_MAX, {
        error: `must not have more than ${USER_PROPERTIES_MAX} names`,
      })
      .meta({ description: 'Said with each connection and each message.' })
      .optional(),
  })
  .meta({ description: 'What they make of MQTT 5; needs target.mqtt: 5.' })
  .transform((given): Mqtt5Plan => {
    const all = {
      expiryS: given.expiry,
      receiveMaximum: given['receive-maximum'],
      sessionExpiryS: given['session-expiry'],
      willDelayS: given['will-delay'],
      aliases: given['topic-alias'],
      userProperties: given['user-properties'],
    };
    const said = Object.entries(all).filter(([, value]) => value !== undefined);
    return Object.fromEntries(said) as Mqtt5Plan;
  });
