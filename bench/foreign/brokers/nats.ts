/** NATS with its MQTT door, which needs JetStream. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromGo } from '../bringing.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

const CONSUMERS = 'default_max_consumers: 10000';
const MODULE = 'github.com/nats-io/nats-server/v2';

export const nats: ForeignBroker = {
  name: 'nats',
  source: `Go: ${MODULE}`,
  bring: (folder) => fromGo(folder, MODULE, 'v2.15.0', 'nats-server'),
  launch: ({ folder, state, port, spare }) => {
    const config = join(state, 'nats.conf');
    const lines = [
      'server_name: foreign',
      `listen: "127.0.0.1:${spare()}"`,
      // A thousand are allowed by default, and each filter of a session is one.
      `jetstream { store_dir: "${join(state, 'stream')}", limits { ${CONSUMERS} } }`,
      `mqtt { listen: "127.0.0.1:${port}" }`,
    ];
    writeFileSync(config, `${lines.join('\n')}\n`);
    return [{ command: join(folder, 'nats-server'), args: ['-c', config] }];
  },
  declares: [
    {
      key: 'redelivers-within',
      value: '32s',
      because: 'what was under way waits for its ack_wait, 30 s by default',
      confirm: 'redelivers-late',
    },
    {
      key: 'filters-per-session',
      value: 31,
      because: 'the filters of a session share max_ack_pending, and more are refused',
      confirm: 'filters-are-refused',
    },
    {
      key: 'will-on-take-over',
      value: 'none',
      because: 'a take-over ends a session in silence',
      confirm: 'no-will-on-take-over',
    },
  ],
  findings: [],
};
