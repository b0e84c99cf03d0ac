/** The other side of it: the platform says everything again, and counts who talks to it. */
import type { ServiceKind } from '../../harness/authors.ts';

export default {
  family: 'service',
  kind: 'talk',
  summary: 'says again what devices say over a connection of their own',
  schema: '',
  truth: 'talk',
  channels: ['talk'],
  start: () => {
    let connections = 0;
    return {
      channels: {
        talk: (connection) => {
          connections++;
          connection.on('data', (bytes) => connection.write(bytes));
        },
      },
      routes: { talk: () => ({ talk: [{ connections }], next: null }) },
    };
  },
} satisfies ServiceKind & { family: string };
