/**
 * What k6 measured beside the fleet: its metrics, checks and thresholds as it says them, and how
 * soon what its users sent was acknowledged, by the ledger like anybody's.
 */
import { K6, type LedgerEntry, loadsOf, streamNamed } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChapter } from '../chapter.ts';
import type { ChapterTable } from '../result.ts';
import { plural } from '../wording.ts';

const SENT = 'attempts';
const ACKED = 'acknowledged';
const TO_ACK = 'from an attempt to its acknowledgement';
const ROWS = 40;

export default defineChapter({
  kind: 'k6',
  title: 'Load of k6',
  summary: 'what k6 scripts beside the fleet sent and measured, and which thresholds held',
  asks: ['k6'],
  entry: 'load',
  start: ({ plan }, book) => {
    const stream = streamNamed(plan, K6)?.code ?? -1;
    const sentAt = new Map<string, number>();
    return {
      ops: ['sent', 'acked'],
      step: (entry: LedgerEntry) => {
        if ((entry.op !== 'sent' && entry.op !== 'acked') || entry.stream !== stream) return;
        const key = `${entry.device} ${entry.n}`;
        book.count(entry.op === 'sent' ? SENT : ACKED);
        book.happened(entry.op === 'sent' ? SENT : ACKED, entry.t);
        if (entry.op === 'sent') sentAt.set(key, entry.t);
        else if (sentAt.has(key)) book.took(TO_ACK, entry.t - (sentAt.get(key) ?? 0));
      },
      end: () => {},
    };
  },
  tell: (book, plan, of) => {
    const { scripts } = of('k6');
    const users = loadsOf(plan).reduce((sum, { load }) => sum + load.vus, 0);
    const thresholds = scripts.flatMap((one) => one.thresholds);
    const crossed = thresholds.filter(({ state }) => state === 'crossed').length;
    const [sent, acked] = [book.counted(SENT), book.counted(ACKED)];
    const told = `${plural(scripts.length, 'script')} with ${plural(users, 'user')}`;
    const all = plural(thresholds.length, 'threshold');
    return {
      lead: `${told} made ${plural(sent, 'attempt')}; of ${all} ${crossed} crossed.`,
      figures: [
        { label: 'Users', value: users, unit: 'count' },
        { label: 'Attempts', value: sent, unit: 'count' },
        { label: 'Acknowledged', value: acked, unit: 'count' },
        { label: 'Thresholds crossed', value: crossed, unit: 'count' },
      ],
      wholes: [],
      spans: [book.span(TO_ACK)],
      series: [book.curve(SENT, 'messages'), book.curve(ACKED, 'messages')],
      tables: [...thresholdsIn(scripts), ...checksIn(scripts), ...metricsIn(scripts)],
    };
  },
});

type Scripts = Oracles['k6']['scripts'];

/** A table that has nothing in it is none. */
function tableOf(title: string, columns: readonly string[], rows: Row[]): ChapterTable[] {
  if (rows.length === 0) return [];
  const units = columns.map((_, at) => (typeof rows[0]?.[at] === 'number' ? 'count' : 'text'));
  return [
    {
      title,
      columns: columns.map((column, at) => ({ title: column, unit: units[at] ?? 'text' })),
      rows: rows.slice(0, ROWS),
    },
  ];
}

type Row = (string | number)[];

function thresholdsIn(scripts: Scripts): ChapterTable[] {
  const rows = scripts.flatMap(({ load, thresholds }) =>
    thresholds.map(({ metric, threshold, state }): Row => [load, metric, threshold, state]),
  );
  return tableOf('Thresholds', ['Script', 'Metric', 'Threshold', 'It is'], rows);
}

function checksIn(scripts: Scripts): ChapterTable[] {
  const rows = scripts.flatMap(({ load, checks }) =>
    checks.map(({ check, passes, fails }): Row => [load, check, passes, fails]),
  );
  return tableOf('Checks', ['Script', 'Check', 'Passed', 'Failed'], rows);
}

function metricsIn(scripts: Scripts): ChapterTable[] {
  const rows = scripts.flatMap(({ load, metrics }) =>
    metrics.map(({ metric, values }): Row => [load, metric, valuesIn(values)]),
  );
  return tableOf('Metrics', ['Script', 'Metric', 'Values'], rows);
}

const valuesIn = (values: Readonly<Record<string, number>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name} ${value}`)
    .join(' · ');
