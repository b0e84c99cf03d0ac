/** The fold against a naive model that keeps every entry and reads the definitions literally. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bytesSource,
  LedgerEncoder,
  OPS,
  type OpName,
  type Plan,
  type SegmentHeader,
  SegmentReader,
} from '#kernel';
import { filled, type LooseFields } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { ConnectionOracle } from './connections.ts';
import { DeliveryOracle } from './delivery.ts';
import type { Fate } from './message-view.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

interface Step {
  t: number;
  op: OpName;
  device: number;
  stream: number;
  n: number;
  hash: number;
  flags: number;
}

const TELEMETRY = CODE.telemetry;
const STATUS = CODE.status;
const MESSAGES = 8;
const READ_AT = 9_000_000;

const steps = fc
  .array(
    fc.record({
      t: fc.integer({ min: 0, max: 8_000_000 }),
      op: fc.constantFrom<OpName>(
        'sent',
        'sent',
        'acked',
        'observed',
        'observed',
        'not-sent',
        'refused',
        'abandoned',
      ),
      device: fc.constantFrom(0, 1),
      stream: fc.constantFrom(TELEMETRY, STATUS),
      n: fc.integer({ min: 0, max: MESSAGES - 1 }),
      hash: fc.constantFrom(1, 1, 1, 2),
      flags: fc.constantFrom(1, 5),
    }),
    { maxLength: 80 },
  )
  .map((list) => [...list].sort((a, b) => a.t - b.t));

const stored = fc.uniqueArray(
  fc.record({ device: fc.constantFrom(0, 1), n: fc.integer({ min: 0, max: MESSAGES - 1 }) }),
  { selector: ({ device, n }) => `${device}/${n}` },
);

/** Everything through a real ledger, as the judge does it. */
function fold(plan: Plan, history: readonly Step[]): DeliveryOracle {
  const parts: Uint8Array[] = [];
  const header: SegmentHeader = {
    schema: 'twinstorm.ledger/1',
    segment: 'shard-0',
    planSha256: '',
    lanes: [0],
  };
  const encoder = new LedgerEncoder(header, (bytes) => parts.push(bytes.slice()));
  encoder.write(0, 'observer', { up: true, first: 0, lanes: 1, why: 'new-session' });
  for (const { t, op, ...fields } of history) encoder.write(t, op, filled(op, picked(op, fields)));
  encoder.write(READ_AT + 1, 'final-read', { complete: true, part: 'store' });
  encoder.write(20_000_000, 'observer', { up: false, first: 0, lanes: 1, why: 'planned' });
  encoder.flush();
  const bytes = Buffer.concat(parts);
  const builder = new TimelineBuilder(plan);
  const first = new SegmentReader(bytesSource(bytes));
  builder.open(first.header, '');
  for (let entry = first.next(); entry !== null; entry = first.next()) builder.step(entry);
  builder.close(first.tornBytes);
  const connections = new ConnectionOracle({ devices: [] });
  const timeline = builder.finish();
  const oracle = new DeliveryOracle({ plan, timeline, devices: [0, 1], connections });
  const second = new SegmentReader(bytesSource(bytes));
  for (let entry = second.next(); entry !== null; entry = second.next()) {
    connections.step(entry);
    oracle.step(entry);
  }
  return oracle;
}

/** Of what a step says, the fields that its op has. */
function picked(op: OpName, step: Omit<Step, 't' | 'op'>): LooseFields {
  const names = Object.keys(OPS[op].fields);
  return Object.fromEntries(
    Object.entries({ ...step, why: 'why' }).filter(([name]) => names.includes(name)),
  );
}

interface Naive {
  fate: Fate;
  why: string;
  duplicates: number;
  altered: boolean;
}

/** The definitions, read literally over the list of what happened to one message. */
function naive(history: readonly Step[], plan: Plan, mine: (step: Step) => boolean): Naive | null {
  const events = history.filter(mine);
  const firstSent = events.findIndex((step) => step.op === 'sent');
  const real = events.filter(
    (step, index) =>
      !['observed', 'stored'].includes(step.op) || (firstSent >= 0 && index > firstSent),
  );
  const has = (op: OpName): boolean => real.some((step) => step.op === op);
  const [example] = events;
  if (example === undefined) return null;
  const kept = plan.target.keepsTelemetry && example.stream === TELEMETRY;
  const sightings = real.filter((step) => step.op === 'observed');
  const altered = real.some(
    (step, index) =>
      (step.op === 'observed' || step.op === 'stored') &&
      !real.slice(0, index).some((one) => one.op === 'sent' && one.hash === step.hash),
  );
  const rest = { duplicates: Math.max(0, sightings.length - 1), altered };
  if (has(kept ? 'stored' : 'observed')) return { fate: 'delivered', why: '', ...rest };
  if (has('acked')) return { fate: 'lost', why: '', ...rest };
  if (has('refused')) return { fate: 'refused', why: '', ...rest };
  if (has('sent')) {
    return { fate: 'info', why: has('abandoned') ? 'abandoned' : 'unacknowledged', ...rest };
  }
  if (has('not-sent')) return { fate: 'not-sent', why: 'why', ...rest };
  if (has('abandoned')) return { fate: 'info', why: 'abandoned', ...rest };
  return null;
}

describe('the delivery oracle', () => {
  it.each([true, false])('agrees with the definitions (store kept: %s)', (keepsTelemetry) => {
    const plan = testPlan({ devices: 2, readings: MESSAGES, keepsTelemetry });
    fc.assert(
      fc.property(steps, stored, (list, rows) => {
        const history: Step[] = [
          ...list,
          ...(keepsTelemetry ? rows : []).map(
            ({ device, n }): Step => ({
              t: READ_AT,
              op: 'stored',
              device,
              stream: TELEMETRY,
              n,
              hash: 1,
              flags: 0,
            }),
          ),
        ];
        const oracle = fold(plan, history);
        let intended = 0;
        let duplicates = 0;
        const seen = new Set<string>();
        oracle.each((message) => {
          intended++;
          const { device, stream, n } = message;
          seen.add(`${device}/${stream}/${n}`);
          const model = naive(
            history,
            plan,
            (step) => step.device === device && step.stream === stream && step.n === n,
          );
          const unaccounted = { fate: 'info', why: 'unaccounted' };
          expect({ fate: message.fate, why: message.why }).toEqual(
            model === null ? unaccounted : { fate: model.fate, why: model.why },
          );
          expect((message.flags & 1024) !== 0).toBe(model?.altered ?? false);
          duplicates += model?.duplicates ?? 0;
        });
        expect(oracle.duplicates).toBe(duplicates);
        // Telemetry is in the plan; a status exists when we wrote anything about it.
        const statuses = new Set(
          list
            .filter((step) => step.stream === STATUS && step.op !== 'observed')
            .map((step) => `${step.device}/${step.stream}/${step.n}`),
        );
        expect(intended).toBe(2 * MESSAGES + statuses.size);
        for (const status of statuses) expect(seen.has(status)).toBe(true);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it('does not allocate for a number that no honest stream reaches', () => {
    const plan = testPlan({ devices: 1, readings: 4 });
    const step = { t: 5, device: 0, stream: TELEMETRY, hash: 1, flags: 1 };
    const oracle = fold(plan, [{ ...step, op: 'observed', n: 4_000_000_000 }]);
    let count = 0;
    oracle.each(() => count++);
    expect(count).toBe(4);
  });
});
