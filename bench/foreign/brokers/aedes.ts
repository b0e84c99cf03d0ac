/** Aedes, the plain package with a server of its own: all in memory, no limits. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { fromNpm } from '../bringing.ts';
import type { ForeignBroker } from '../foreign-broker.ts';

const SERVER = join(import.meta.dirname, '..', 'servers', 'aedes.mjs');

const WRONG_NUMBER = 'a kept session gets PUBRELs with the number of another message';

export const aedes: ForeignBroker = {
  name: 'aedes',
  source: 'npm: aedes',
  bring: (folder) => fromNpm(folder, 'aedes', '1.2.0'),
  launch: ({ folder, port }) => {
    const entry = pathToFileURL(join(folder, 'node_modules', 'aedes', 'aedes.js')).href;
    return [{ command: process.execPath, args: [SERVER, entry, String(port)] }];
  },
  declares: [],
  findings: [
    {
      scenes: ['mixed', 'qos2'],
      checker: 'no-acked-loss',
      because: `${WRONG_NUMBER}, so what waits for its own is never handed on`,
      confirm: 'pubrel-names-another',
    },
    ...(['in-order', 'will-honest'] as const).map((checker) => ({
      scenes: ['mixed', 'qos2'] as const,
      checker,
      because: `${WRONG_NUMBER}, so messages and wills come late or never`,
      confirm: 'pubrel-names-another',
      sometimes: true,
    })),
    {
      scenes: ['mixed', 'qos2'],
      checker: 'exactly-once',
      because: `${WRONG_NUMBER}, so it takes for open what was closed, and sends it again`,
      confirm: 'released-and-sent-again',
      sometimes: true,
    },
  ],
};
