/**
 * A service that nobody in the house knows: it counts what devices shout, over every kill, and
 * shouts each message back. It is brought along as a user brings one, as a file.
 */
import { defineService } from '../service.ts';

export interface EchoSeams {
  /** An echo is about to go back: false keeps it. */
  echo?(device: string, n: number): boolean;
}

export default defineService<EchoSeams>({
  kind: 'echo',
  summary: 'counts what devices shout, and shouts it back',
  schema: `
    CREATE TABLE IF NOT EXISTS echoes(
      device TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY(device, n)) WITHOUT ROWID;
  `,
  seams: ['echo'],
  truth: 'echoes',
  start({ sql, publish, topicOf, seams }) {
    const insert = sql.prepare('INSERT OR IGNORE INTO echoes VALUES(?,?)');
    const counts = sql.prepare<{ device: string; count: number }>(
      'SELECT device, COUNT(*) AS count FROM echoes WHERE device > ? GROUP BY device ' +
        'ORDER BY device LIMIT ?',
    );
    return {
      takes: (stream) => stream === 'echo',
      take: ({ device, n, payload }) => {
        insert.run(device, n);
        const topic = topicOf(device, 'echo-answer');
        if (topic === null || seams?.echo?.(device, n) === false) return;
        publish({ topic, payload, qos: 1, retain: false });
      },
      routes: {
        echoes: (asked) => {
          const limit = asked.limit();
          const echoes = counts.all(asked.text('cursor') ?? '', limit);
          return { echoes, limit, next: echoes.length === limit ? echoes.at(-1)?.device : null };
        },
      },
      acts: {
        'echoes/*': (asked, body) => {
          const device = asked.path[1] ?? '';
          const topic = topicOf(device, 'echo-answer');
          if (topic === null) return asked.refuse(404, 'no such device');
          if (typeof body !== 'object' || body === null)
            return asked.refuse(400, 'shout an object');
          insert.run(device, -1);
          publish({ topic, payload: Buffer.from(JSON.stringify(body)), qos: 1, retain: false });
          return { shouted: body };
        },
      },
    };
  },
});
