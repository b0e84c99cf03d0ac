/** HiveMQ Community Edition, embedded, with its persistence on disk. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fromMaven } from '../bringing.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

export const hivemq: ForeignBroker = {
  name: 'hivemq',
  source: 'Maven: com.hivemq:hivemq-community-edition-embedded',
  bring: (folder) =>
    fromMaven(folder, ['com.hivemq', 'hivemq-community-edition-embedded', '2025.5'], 'HiveServer'),
  launch: ({ folder, state, port }) => {
    const [conf, data, extensions] = ['conf', 'data', 'extensions'].map((name) => {
      const path = join(state, name);
      mkdirSync(path);
      return path;
    }) as [string, string, string];
    writeFileSync(join(conf, 'config.xml'), configOf(port));
    const classes = [join(folder, 'classes'), join(folder, 'lib', '*')].join(':');
    const args = ['-Xmx1g', '-cp', classes, 'HiveServer', conf, data, extensions];
    return [{ command: 'java', args }];
  },
  declares: [],
  findings: [],
};

const configOf = (port: number): string => `<?xml version="1.0"?>
<hivemq>
  <listeners>
    <tcp-listener><port>${port}</port><bind-address>127.0.0.1</bind-address></tcp-listener>
  </listeners>
  <anonymous-usage-statistics><enabled>false</enabled></anonymous-usage-statistics>
  <persistence><mode>file</mode></persistence>
</hivemq>
`;
