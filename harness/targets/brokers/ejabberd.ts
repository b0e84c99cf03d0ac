/** ejabberd with its MQTT module, which keeps sessions in its own store. */
import { defineBroker } from '../broker.ts';

const SCENES = 'three scenes in the bench of foreign brokers';

export default defineBroker({
  kind: 'ejabberd',
  summary: 'ejabberd with its MQTT module',
  binaries: [],
  promises: {
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    queueLimit: { value: 1000, because: `${SCENES}; more was not tried` },
    maxQos: { value: 2, because: SCENES },
    ordered: { value: true, because: `MQTT 3.1.1 §4.6, and ${SCENES}` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
