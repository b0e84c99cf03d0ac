/** Mochi, the command of its module as it is: all in memory. */
import { defineBroker } from '../broker.ts';

const MEMORY = 'its command has no storage hook: all is in memory';
const SCENES = 'three scenes in the bench of foreign brokers';

export default defineBroker({
  kind: 'mochi',
  summary: 'Mochi in memory, by the command of its module',
  binaries: [],
  promises: {
    durableSessions: { value: false, because: MEMORY },
    durableRetained: { value: false, because: MEMORY },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    maxQos: { value: 2, because: SCENES },
    ordered: { value: true, because: `MQTT 3.1.1 §4.6, and ${SCENES}` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
