/** AWS IoT Core as its documents have it. It is nobody's to start, and nobody tried it. */
import { defineBroker } from '../broker.ts';

const QUOTAS = 'AWS General Reference, IoT Core message broker quotas';
const GUIDE = 'AWS IoT developer guide, differences from MQTT';

export default defineBroker({
  kind: 'aws-iot-core',
  summary: 'AWS IoT Core by its documents; not tried',
  binaries: [],
  unverified: true,
  promises: {
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    inflightLimit: {
      value: 100,
      because: `${QUOTAS}: 100 unacknowledged messages per client, each way`,
    },
    maxQos: { value: 1, because: `${GUIDE}: QoS 0 and 1 only` },
    ordered: {
      value: false,
      because: `${GUIDE}: the order of messages and acknowledgements is not guaranteed`,
    },
    retained: {
      value: 'exact-topics',
      because: `${GUIDE}: a filter must match the retained topic exactly, without wildcards`,
    },
    filtersPerSession: { value: 50, because: `${QUOTAS}: 50 subscriptions per connection` },
    packetBytes: { value: 131_072, because: `${QUOTAS}: a payload of 128 KB at most` },
    clientIdLength: { value: 128, because: `${QUOTAS}: a client id of 128 bytes at most` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
