/** ejabberd with its MQTT module: any name with any password may come in. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromDebian } from '../bringing.ts';
import { erlangIn } from '../erlang.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

export const ejabberd: ForeignBroker = {
  name: 'ejabberd',
  source: 'apt: ejabberd',
  bring: (folder) => fromDebian(folder, 'ejabberd'),
  login: { user: 'foreign@localhost', password: 'any' },
  launch: ({ folder, state, port }) => {
    const root = join(folder, 'root');
    const erlang = erlangIn(root);
    const config = join(state, 'ejabberd.yml');
    writeFileSync(config, configOf(port));
    const spool = join(state, 'spool');
    const env = {
      ...erlang.env,
      HOME: state,
      EJABBERD_CONFIG_PATH: config,
      EJABBERD_LOG_PATH: join(state, 'ejabberd.log'),
      SPOOL_DIR: spool,
    };
    const store = ['-mnesia', 'dir', `"${spool}"`];
    const args = ['-noinput', '-pa', codeIn(erlang.libraries), ...store];
    return [{ command: join(erlang.bin, 'erl'), args: [...args, '-s', 'ejabberd'], env }];
  },
  declares: [],
  findings: [],
};

function codeIn(libraries: string): string {
  const own = readdirSync(libraries).find((name) => /^ejabberd-\d/.test(name)) ?? 'ejabberd';
  return join(libraries, own, 'ebin');
}

const configOf = (port: number): string => `hosts: [localhost]
loglevel: warning
auth_method: [anonymous]
anonymous_protocol: both
allow_multiple_connections: true
listen:
  - { port: ${port}, ip: "127.0.0.1", module: mod_mqtt, backlog: 1000 }
modules:
  mod_mqtt:
    access_publish: {}
    access_subscribe: {}
`;
