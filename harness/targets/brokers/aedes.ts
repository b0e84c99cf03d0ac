/** Aedes, the plain package with a server of its own: all in memory, no limits. */
import { defineBroker } from '../broker.ts';

const MEMORY = 'its default persistence is in memory';

export default defineBroker({
  kind: 'aedes',
  summary: 'Aedes with its default persistence, in memory',
  binaries: [],
  promises: {
    durableSessions: { value: false, because: MEMORY },
    durableRetained: { value: false, because: MEMORY },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    maxQos: { value: 2, because: 'its README: QoS 0, 1 and 2; seen of 1.2 by a raw client' },
    mqtt: { value: '3.1.1', because: 'its README: MQTT 3.1 and 3.1.1 alone' },
  },
});
