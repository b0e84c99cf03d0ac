/** Eclipse Mosquitto as its package installs it, but for where it listens. */
import { defineBroker } from '../broker.ts';

const CONF = 'mosquitto.conf(5)';

export default defineBroker({
  kind: 'mosquitto',
  summary: 'Eclipse Mosquitto in its default configuration',
  binaries: ['mosquitto'],
  promises: {
    durableSessions: { value: false, because: `${CONF}: persistence is off by default` },
    durableRetained: { value: false, because: `${CONF}: persistence is off by default` },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    queueLimit: { value: 1000, because: `${CONF}: max_queued_messages is 1000 by default` },
    inflightLimit: { value: 20, because: `${CONF}: max_inflight_messages is 20 by default` },
    maxQos: { value: 2, because: `${CONF}: max_qos is 2 by default` },
    acknowledgesEarly: { value: false, because: 'seen over three days of runs of ours' },
    ordered: { value: true, because: 'MQTT 3.1.1 §4.6, and seen in runs of ours' },
    willOnTakeOver: {
      value: 'clean',
      because:
        'seen: it publishes the will of a clean session that is taken over, of a kept one not',
    },
    mqtt: { value: '5', because: 'mosquitto(8): it speaks 5.0, 3.1.1 and 3.1' },
  },
  recipe: {
    bring: 'apt-get install mosquitto, or brew install mosquitto',
    listensWithinMs: 10_000,
    configure: ({ host, port, file }) => {
      const config = file('mosquitto.conf');
      const lines = [`listener ${port} ${host}`, 'allow_anonymous true', ''];
      return { args: ['-c', config], files: { [config]: lines.join('\n') } };
    },
    version: { args: ['-h'], in: /version (\S+)/ },
  },
});
