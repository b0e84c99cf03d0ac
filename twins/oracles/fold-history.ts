/** An oracle after a history, everybody that it asked included, as the judge would have run it. */
import {
  bytesSource,
  LedgerEncoder,
  type LedgerEntry,
  opTable,
  type Plan,
  SegmentReader,
} from '#kernel';
import { entriesOf, type History } from './histories.ts';
import { oraclesByKind } from './kinds.ts';
import type { OracleKind } from './oracle.ts';
import { OracleFailures } from './oracle-failures.ts';
import { OracleRun } from './oracle-run.ts';
import { TimelineBuilder } from './timeline-builder.ts';

/** Throws what went wrong within an oracle. */
export function foldHistory(
  oracles: ReadonlyMap<string, OracleKind>,
  kind: string,
  history: History,
): unknown {
  const { plan } = history;
  const kinds = oraclesByKind(oracles.values());
  const bytes = ledgerOf(plan, entriesOf(history));
  const builder = new TimelineBuilder(plan);
  const readBack = read(
    plan,
    bytes,
    (reader) => builder.open(reader.header, ''),
    (entry) => builder.step(entry),
  );
  builder.close(readBack);
  // A history is told of devices alone; the harness's own segment has nothing to add.
  builder.open({ ...readBack.header, segment: 'harness', lanes: [] }, '');
  builder.step({ t: 0, device: -1, op: 'note', text: '' });
  builder.close({ damage: [], isClosed: true });
  const timeline = builder.finish();
  const devices = plan.devices.map((_, index) => index);
  const failures = new OracleFailures();
  const scope = kinds.get(kind)?.scope ?? 'lane';
  const lane = scope === 'lane' ? (plan.devices[0]?.lane ?? 0) : null;
  const around = { plan, timeline, lane, devices };
  const elsewhere = (asked: string): unknown => foldHistory(kinds, asked, history);
  const run = new OracleRun({ kinds, scope, around, failures, elsewhere });
  const oracle = run.of(kind);
  run.begin();
  read(
    plan,
    bytes,
    () => {},
    (entry) => run.step(entry),
  );
  const failure = failures.of(kind);
  if (failure !== null) throw new Error(failure);
  return oracle;
}

/** Through a real ledger, so that what cannot be written is not made up either. */
function ledgerOf(plan: Plan, entries: readonly LedgerEntry[]): Uint8Array {
  const parts: Uint8Array[] = [];
  const lanes = [...new Set(plan.devices.map(({ lane }) => lane))];
  const header = { schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes } as const;
  const encoder = new LedgerEncoder(header, (part) => parts.push(part.slice()), opTable(plan.ops));
  for (const { t, op, ...fields } of entries) encoder.write(t, op, fields as never);
  encoder.close();
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function read(
  plan: Plan,
  bytes: Uint8Array,
  open: (reader: SegmentReader) => void,
  step: (entry: LedgerEntry) => void,
): SegmentReader {
  const reader = new SegmentReader(bytesSource(bytes), opTable(plan.ops));
  open(reader);
  for (let entry = reader.next(); entry !== null; entry = reader.next()) step(entry);
  return reader;
}
