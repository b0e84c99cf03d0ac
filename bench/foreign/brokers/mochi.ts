/** Mochi, the command of its module as it is: all in memory. */
import { join } from 'node:path';
import { fromGo } from '../bringing.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

export const mochi: ForeignBroker = {
  name: 'mochi',
  source: 'Go: github.com/mochi-mqtt/server/v2/cmd',
  bring: (folder) => fromGo(folder, 'github.com/mochi-mqtt/server/v2/cmd', 'v2.7.9', 'cmd'),
  launch: ({ folder, port, spare }) => {
    const at = (some: number): string => `127.0.0.1:${some}`;
    const doors = ['-tcp', at(port), '-ws', at(spare()), '-info', at(spare())];
    return [{ command: join(folder, 'cmd'), args: doors }];
  },
  declares: [],
  findings: [
    {
      scenes: ['mixed', 'qos2', 'thousand'],
      checker: 'no-acked-loss',
      because: 'who takes over its own clean connection may be forgotten together with that one',
      confirm: 'take-over-makes-deaf',
      sometimes: true,
    },
  ],
};
