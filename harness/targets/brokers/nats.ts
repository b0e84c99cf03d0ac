/** NATS with its MQTT door, which stands on JetStream. What it keeps is on disk. */
import { defineBroker } from '../broker.ts';

const SEEN = 'seen of 2.15 by a raw client';
const STREAMS = 'sessions and retained values are JetStream streams in files';

export default defineBroker({
  kind: 'nats',
  summary: 'NATS with its MQTT door and JetStream on disk',
  binaries: ['nats-server'],
  promises: {
    durableSessions: { value: true, because: `${STREAMS}; ${SEEN} over a kill -9` },
    durableRetained: { value: true, because: `${STREAMS}; ${SEEN} over a kill -9` },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    maxQos: { value: 2, because: `${SEEN}: a QoS 2 publish is answered with a PUBREC` },
    redeliversWithinMs: {
      value: 32_000,
      because: `${SEEN}: what was under way waits for its ack_wait, 30 s by default`,
    },
    filtersPerSession: {
      value: 31,
      because: `${SEEN}: the filters of a session share max_ack_pending, and more are refused`,
    },
    willOnTakeOver: { value: 'none', because: `${SEEN}: a take-over ends a session in silence` },
    mqtt: { value: '3.1.1', because: 'it refuses a CONNECT of any other version' },
  },
  recipe: {
    bring: 'go install github.com/nats-io/nats-server/v2@v2.15.0, or apt-get install nats-server',
    listensWithinMs: 20_000,
    configure: ({ host, port, file }) => {
      const config = file('nats.conf');
      const lines = [
        'server_name: twinstorm',
        // Its own protocol at any port: nobody here speaks it.
        `listen: "${host}:-1"`,
        // A thousand are allowed by default, and each filter of a session is one.
        `jetstream { store_dir: "${file('nats')}", limits { default_max_consumers: 10000 } }`,
        `mqtt { listen: "${host}:${port}" }`,
        '',
      ];
      return { args: ['-c', config], files: { [config]: lines.join('\n') } };
    },
    version: { args: ['--version'], in: /v(\d\S*)/ },
  },
});
