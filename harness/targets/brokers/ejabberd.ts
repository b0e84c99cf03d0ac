/** ejabberd with its MQTT module and its own database, as both are by default. */
import { defineBroker } from '../broker.ts';

const SCENES = 'three scenes in the bench of foreign brokers';
const SEEN = 'seen of 23.01 by a raw client';
const MEMORY = `${SEEN}: gone after a kill -9, with the database that is the default`;

export default defineBroker({
  kind: 'ejabberd',
  summary: 'ejabberd with its MQTT module',
  binaries: [],
  promises: {
    durableSessions: { value: false, because: MEMORY },
    durableRetained: { value: false, because: MEMORY },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    queueLimit: { value: 1500, because: `${SEEN}: so many waited, and more was not tried` },
    maxQos: { value: 2, because: SCENES },
    ordered: { value: true, because: `MQTT 3.1.1 §4.6, and ${SCENES}` },
    willOnTakeOver: { value: 'all', because: `${SEEN}: of a clean and of a kept session` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
