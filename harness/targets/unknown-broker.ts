/**
 * What a broker is held to of which nothing is known: what MQTT asks of everybody, and for the
 * rest no more than a Mosquitto in its default configuration gives, the most modest that is common.
 */
import { PLAIN } from '#kernel';
import type { Promises } from '../plan/promises.ts';

const MODEST = 'not looked up; as modest as a Mosquitto in its default configuration';

export const UNKNOWN_BROKER: Promises = {
  durableSessions: { value: false, because: MODEST },
  durableRetained: { value: false, because: MODEST },
  durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
  queueLimit: { value: 1000, because: MODEST },
  inflightLimit: { value: 20, because: MODEST },
  maxQos: { value: 2, because: 'MQTT 3.1.1 §4.3 knows all three' },
  acknowledgesEarly: { value: false, because: 'MQTT 3.1.1 §4.3: a PUBACK takes over the duty' },
  ordered: { value: true, because: 'MQTT 3.1.1 §4.6' },
  willOnTakeOver: { value: 'clean', because: 'brokers agree on it only for clean sessions' },
  keepAliveGrace: { value: PLAIN.keepAliveGrace, because: 'MQTT 3.1.1 §3.1.2.10' },
  redeliversWithinMs: {
    value: PLAIN.redeliversWithinMs,
    because: 'MQTT 3.1.1 §4.4: at the reconnect',
  },
  filtersPerSession: { value: PLAIN.filtersPerSession, because: 'MQTT 3.1.1 knows no limit' },
  retained: { value: PLAIN.retained, because: 'MQTT 3.1.1 §3.3.1.3' },
  retainedWithinMs: {
    value: PLAIN.retainedWithinMs,
    because: 'long for any broker that was tried',
  },
  packetBytes: { value: PLAIN.packetBytes, because: 'MQTT 3.1.1 §2.2.3' },
  clientIdLength: {
    value: PLAIN.clientIdLength,
    because: 'MQTT 3.1.1 §3.1.3.1 allows more than 23',
  },
  mqtt: { value: '3.1.1', because: 'the version that every broker speaks' },
};
