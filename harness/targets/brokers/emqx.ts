/** EMQX 5 as its documents have it. There is no package of it here, and nobody tried one. */
import { defineBroker } from '../broker.ts';

const MQTT = 'docs.emqx.com, MQTT configuration';
const KEPT = 'docs.emqx.com, MQTT durable sessions: sessions are in memory unless that is enabled';

export default defineBroker({
  kind: 'emqx',
  summary: 'EMQX 5 by its documents; not tried',
  binaries: [],
  unverified: true,
  promises: {
    durableSessions: { value: false, because: KEPT },
    durableRetained: {
      value: false,
      because: 'docs.emqx.com, retained messages: storage is in memory by default',
    },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    queueLimit: { value: 1000, because: `${MQTT}: max_mqueue_len is 1000 by default` },
    inflightLimit: { value: 32, because: `${MQTT}: max_inflight is 32 by default` },
    maxQos: { value: 2, because: `${MQTT}: max_qos_allowed is 2 by default` },
    keepAliveGrace: { value: 1.5, because: `${MQTT}: keepalive_multiplier is 1.5 by default` },
    packetBytes: { value: 1_048_576, because: `${MQTT}: max_packet_size is 1MB by default` },
    clientIdLength: { value: 65_535, because: `${MQTT}: max_clientid_len is 65535 by default` },
    mqtt: { value: '3.1.1', because: 'the version that is spoken to it here' },
  },
});
