/**
 * What MQTT 5 adds to a plan, and the figures that it fixes. A plan of old has none of it and
 * speaks 3.1.1.
 */
import type { FieldForm } from '../ledger/ops.ts';

/** Of the devices of one entry; what is left out they do not make use of. */
export interface Mqtt5Plan {
  /** What they publish is worth nothing any more after so many seconds. */
  expiryS?: number;
  /** So many messages at QoS 1 and 2 they take without having acknowledged one. */
  receiveMaximum?: number;
  /** For so many seconds after a connection the target keeps their session. */
  sessionExpiryS?: number;
  /** So many seconds the target waits with a will, in case they come back. */
  willDelayS?: number;
  /** So many topics they name by a number, and let the target name so. */
  aliases?: number;
  /** Said with each connection and each message. */
  userProperties?: Readonly<Record<string, string>>;
}

/** What a client takes that says nothing of it: MQTT 5, 3.1.2.11.3. */
export const RECEIVE_MAXIMUM = 65_535;

/** A session that is never given up, in the CONNECT: MQTT 5, 3.1.2.11.2. */
export const SESSION_FOR_EVER = 0xffff_ffff;

/** A reason code from here on is a refusal: MQTT 5, 2.4. */
export const REFUSED_FROM = 0x80;

/**
 * What members of a shared subscription write: of themselves by one device of each lane, and of
 * each message by its own.
 */
export const SHARE_OPS = {
  'share/joined': { device: 'device', member: 'count' },
  'share/died': { device: 'device', member: 'count' },
  'share/got': {
    device: 'device',
    stream: 'stream',
    n: 'count',
    member: 'count',
    dup: 'boolean',
    acks: 'boolean',
  },
} as const satisfies Record<string, Readonly<Record<string, FieldForm>>>;
