/** HiveMQ Community Edition with its persistence on disk, as it is by default. */
import { defineBroker } from '../broker.ts';

const FILES = 'its persistence is on disk by default; seen of 2025.5 over a kill -9';

export default defineBroker({
  kind: 'hivemq',
  summary: 'HiveMQ Community Edition with persistence in files',
  binaries: [],
  promises: {
    durableSessions: { value: true, because: FILES },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    queueLimit: { value: 1000, because: 'its manual: max-queue-size is 1000 by default' },
    maxQos: { value: 2, because: 'three scenes at QoS 2 in the bench of foreign brokers' },
    acknowledgesEarly: { value: false, because: FILES },
    ordered: { value: true, because: 'MQTT 3.1.1 §4.6, and seen in the bench of foreign brokers' },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
