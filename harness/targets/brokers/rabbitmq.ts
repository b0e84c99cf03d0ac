/**
 * RabbitMQ with its MQTT plug-in: who gives no name is its guest. Debian's own command hands over
 * to another user and to folders of the machine, so the server's script behind it is started.
 */
import { defineBroker } from '../broker.ts';

const SEEN = 'seen of 3.10 by a raw client';

export default defineBroker({
  kind: 'rabbitmq',
  summary: 'RabbitMQ with its MQTT plug-in',
  binaries: ['rabbitmq-server'],
  promises: {
    durableSessions: {
      value: true,
      because: `a kept session is a durable queue of persistent messages; ${SEEN} over a kill -9`,
    },
    durableRetained: {
      value: false,
      because: `${SEEN}: of 20 values none was there after a kill -9 a second later`,
    },
    durableTelemetry: { value: false, because: 'a broker keeps no telemetry' },
    maxQos: { value: 1, because: `${SEEN}: a QoS 2 publish is answered with a PUBACK` },
    inflightLimit: { value: 10, because: `mqtt.prefetch is 10 by default; ${SEEN}` },
    keepAliveGrace: {
      value: 3,
      because: `${SEEN}: silence is looked for too rarely, and found after 3 keep-alives`,
    },
    willOnTakeOver: { value: 'none', because: `${SEEN}: a take-over ends a session in silence` },
    retained: {
      value: 'exact-topics',
      because: `${SEEN}: no wildcard hands out retained values`,
    },
    mqtt: { value: '3.1.1', because: 'MQTT 5 is spoken from 3.13 on' },
  },
  recipe: {
    bring: 'apt-get install rabbitmq-server',
    listensWithinMs: 120_000,
    configure: ({ host, port, binary, spares: [amqp = 0, names = 0, dist = 0], file }) => {
      const folder = file('rabbitmq');
      const [config, plugins] = [`${folder}/rabbitmq.conf`, `${folder}/plugins`];
      const script = file('rabbitmq.sh');
      const lines = [
        `listeners.tcp.1 = ${host}:${amqp}`,
        `mqtt.listeners.tcp.1 = ${host}:${port}`,
        'mqtt.allow_anonymous = true',
        '',
      ];
      return {
        command: 'sh',
        args: [script, binary],
        hasChildren: true,
        env: {
          HOME: folder,
          ERL_EPMD_PORT: String(names),
          RABBITMQ_NODENAME: `twinstorm${port}@localhost`,
          RABBITMQ_CONFIG_FILE: `${folder}/rabbitmq`,
          RABBITMQ_ENABLED_PLUGINS_FILE: plugins,
          RABBITMQ_MNESIA_BASE: `${folder}/mnesia`,
          RABBITMQ_LOG_BASE: `${folder}/log`,
          RABBITMQ_PID_FILE: `${folder}/pid`,
          RABBITMQ_DIST_PORT: String(dist),
          RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
        },
        files: { [script]: SCRIPT, [config]: lines.join('\n'), [plugins]: '[rabbitmq_mqtt].\n' },
      };
    },
    // Its own command would rather start than say it.
    version: {
      command: 'sh',
      args: ['-c', 'ls -d /usr/lib/rabbitmq/lib/rabbitmq_server-*'],
      in: /rabbitmq_server-(\S+)/,
    },
  },
});

/**
 * The name server is ours too: else Erlang starts one that outlives every run. The script stays,
 * since by its name it is known to be ours.
 */
const SCRIPT = `server=$1
behind=/usr/lib/rabbitmq/bin/rabbitmq-server
if [ "$server" = /usr/sbin/rabbitmq-server ] && [ -x $behind ]; then server=$behind; fi
epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
"$server"
exit $?
`;
