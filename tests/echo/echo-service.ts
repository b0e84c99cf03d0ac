/** The service: the platform keeps every echo, before it is acknowledged and over every kill. */
import type { ServiceKind } from '../../harness/authors.ts';

export interface EchoSeams {
  /** An echo is about to be kept: false forgets it. */
  keep?(device: string, n: number): boolean;
}

interface Row {
  place: number;
  device: string;
  n: number;
  said: string;
}

export default {
  family: 'service',
  kind: 'echo',
  summary: 'keeps what devices said again',
  schema: `
    CREATE TABLE IF NOT EXISTS said_again(
      place INTEGER PRIMARY KEY, device TEXT NOT NULL, n INTEGER NOT NULL, said TEXT NOT NULL,
      UNIQUE(device, n));
  `,
  seams: ['keep'],
  truth: 'echo',
  start: ({ sql, seams }) => {
    const insert = sql.prepare('INSERT OR IGNORE INTO said_again(device, n, said) VALUES(?,?,?)');
    const page = sql.prepare<Row>(
      'SELECT place, device, n, said FROM said_again WHERE place > ? ORDER BY place LIMIT ?',
    );
    return {
      takes: (stream) => stream === 'echo',
      take: ({ device, n, payload }) => {
        if (seams?.keep?.(device, n) === false) return;
        const { v } = JSON.parse(Buffer.from(payload).toString()) as { v: { said: string } };
        insert.run(device, n, v.said);
      },
      routes: {
        echo: (asked) => {
          const limit = asked.limit();
          const echo = page.all(Number(asked.text('cursor') ?? 0), limit);
          const next = echo.length === limit ? String(echo.at(-1)?.place) : null;
          return { echo, limit, next };
        },
      },
    };
  },
} satisfies ServiceKind<EchoSeams> & { family: string };
