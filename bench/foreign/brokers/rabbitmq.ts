/** RabbitMQ with its MQTT plug-in: who has no name is its guest. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromDebian } from '../bringing.ts';
import { erlangIn } from '../erlang.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

export const rabbitmq: ForeignBroker = {
  name: 'rabbitmq',
  source: 'apt: rabbitmq-server',
  bring: (folder) => fromDebian(folder, 'rabbitmq-server'),
  launch: ({ folder, state, port, spare }) => {
    const root = join(folder, 'root');
    const erlang = erlangIn(root);
    const names = String(spare());
    const config = [
      `listeners.tcp.1 = 127.0.0.1:${spare()}`,
      `mqtt.listeners.tcp.1 = 127.0.0.1:${port}`,
      'mqtt.allow_anonymous = true',
    ];
    writeFileSync(join(state, 'rabbitmq.conf'), `${config.join('\n')}\n`);
    writeFileSync(join(state, 'plugins'), '[rabbitmq_mqtt].\n');
    const env = {
      ...erlang.env,
      HOME: state,
      ERL_EPMD_PORT: names,
      RABBITMQ_NODENAME: `foreign${port}@localhost`,
      RABBITMQ_CONFIG_FILE: join(state, 'rabbitmq'),
      RABBITMQ_ENABLED_PLUGINS_FILE: join(state, 'plugins'),
      RABBITMQ_MNESIA_BASE: join(state, 'mnesia'),
      RABBITMQ_LOG_BASE: join(state, 'log'),
      RABBITMQ_PID_FILE: join(state, 'pid'),
      RABBITMQ_DIST_PORT: String(spare()),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    };
    return [
      // Else it starts one of its own that outlives it.
      { command: erlang.epmd, args: ['-port', names, '-address', '127.0.0.1'], env },
      { command: join(root, 'usr', 'lib', 'rabbitmq', 'bin', 'rabbitmq-server'), args: [], env },
    ];
  },
  declares: [
    {
      key: 'max-qos',
      value: 1,
      because: 'a QoS 2 publish is answered with a PUBACK',
      confirm: 'qos2-gets-puback',
    },
    {
      key: 'inflight-limit',
      value: 10,
      because: 'mqtt.prefetch is 10 by default',
      confirm: 'few-under-way',
    },
    {
      key: 'keep-alive-grace',
      value: 3,
      because: 'silence is looked for too rarely',
      confirm: 'keep-alive-is-stretched',
    },
    {
      key: 'will-on-take-over',
      value: 'none',
      because: 'a take-over ends a session in silence',
      confirm: 'no-will-on-take-over',
    },
    {
      key: 'retained',
      value: 'exact-topics',
      because: 'no wildcard hands out retained values',
      confirm: 'no-retained-for-wildcards',
    },
  ],
  findings: [],
};
