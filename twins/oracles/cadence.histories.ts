/**
 * Devices that are set to one reading of so many and send or leave out as an honest one would, and
 * now and then otherwise. The naive reading looks through all settings again for each reading.
 */
import { dueAt, type LedgerEntry, layOps, type Plan, type Random, TWIN_TRUTHS } from '#kernel';
import type { CadenceOracle } from './cadence.ts';
import { defineHistories, entriesOf } from './histories.ts';
import { testPlan } from './testing/plan.ts';

const DEVICES = 2;
const READINGS = 30;
const TELEMETRY = 0;
/** Why another part of the device leaves a reading out. */
const ELSEWHERE = 'aggregated';
/** Microseconds after it is due, while a device that is set may go by either: until it is made. */
const MOVING = 1_000_000;

interface Event {
  t: number;
  op: string;
  device: number;
  n: number;
  why: string;
  settings: string;
}

function planOf(random: Random): Plan {
  const plan = testPlan({ devices: DEVICES, readings: READINGS });
  const params = { each: 1 + random.below(3), most: 10 };
  const [entry] = plan.entries;
  if (entry !== undefined) plan.entries = [{ ...entry, parts: [{ kind: 'cadence', params }] }];
  plan.streams[TELEMETRY]?.skips.push('between', ELSEWHERE);
  return { ...plan, ops: layOps([TWIN_TRUTHS]) };
}

const firstOf = (plan: Plan): number => Number(plan.entries[0]?.parts[0]?.params.each);
const dueUs = (plan: Plan, device: number, n: number): number =>
  (plan.streams[0] === undefined ? 0 : (dueAt(plan, plan.streams[0], device, n) ?? 0)) * 1000;

export default defineHistories<'cadence'>({
  oracle: 'cadence',
  about: 'which readings are left out as set, and which are not',
  history(random) {
    const plan = planOf(random);
    const entries: object[] = [];
    for (let device = 0; device < DEVICES; device++) {
      let each = firstOf(plan);
      for (let n = 0; n < READINGS; n++) {
        const t = dueUs(plan, device, n);
        if (random.below(6) === 0) {
          each = 1 + random.below(4);
          const at = Math.max(0, t + (random.below(9) - 2) * 300_000);
          entries.push({ t: at, op: 'twin/holds', device, ...holding(each) });
        }
        const isHonest = random.below(10) > 0;
        // A busy machine makes it late, and after it was set otherwise.
        const madeAt = t + (random.below(4) === 0 ? 1_850_000 : 10);
        const goes = (n % each === 0) === isHonest;
        const message = { device, stream: TELEMETRY, n };
        const why = random.below(8) === 0 ? 'device-off' : 'between';
        const isElse = random.below(6) === 0;
        if (isElse) entries.push({ t: madeAt, op: 'not-sent', ...message, why: ELSEWHERE });
        else if (goes)
          entries.push({ t: madeAt, op: 'sent', ...message, hash: 1, flags: 1, late: 0 });
        else entries.push({ t: madeAt, op: 'not-sent', ...message, why });
        if (goes && !isElse && random.below(5) === 0)
          entries.push({ t: madeAt + 400_000, op: 'sent', ...message });
      }
    }
    const sorted = (entries as Event[]).sort((a, b) => a.t - b.t);
    return { plan, entries: sorted as unknown as LedgerEntry[] };
  },
  differences(oracle, history) {
    const all = entriesOf(history) as unknown as Event[];
    return history.plan.devices.flatMap((_, device) => {
      const mine = all.filter((one) => one.device === device);
      const is = told(oracle, device);
      const should = naive(history.plan, device, mine);
      return is === should ? [] : [`of ${device} it is told ${is}, and should be ${should}`];
    });
  },
});

const holding = (cadence: number) => ({
  version: 1,
  settings: JSON.stringify({ cadence }),
  refused: '{}',
  why: 'taken over',
});

function told(oracle: CadenceOracle, device: number): string {
  const story = oracle.of(device);
  return JSON.stringify([
    story?.open,
    story?.elsewhere,
    story?.wrong.map(({ n }) => n).sort((a, b) => a - b),
  ]);
}

/** Of readings that came by, by the first word of each. */
function naive(plan: Plan, device: number, events: readonly Event[]): string {
  let [open, elsewhere] = [0, 0];
  const wrong: number[] = [];
  for (let n = 0; n < READINGS; n++) {
    const first = events.find(
      ({ op, n: number, why }) => op !== 'twin/holds' && number === n && why !== 'device-off',
    );
    if (first === undefined) continue;
    const due = dueUs(plan, device, n);
    // What the device is set to once it is made may be known to the reading or not.
    const sets = events.filter(({ op, t }) => op === 'twin/holds' && t <= first.t);
    const values = sets.map(({ settings }) => JSON.parse(settings).cadence as number);
    const changes = sets.filter((_, at) => values[at] !== (values[at - 1] ?? firstOf(plan)));
    if (first.why === ELSEWHERE) {
      elsewhere++;
      continue;
    }
    if (changes.some(({ t }) => t >= due && t <= Math.max(due + MOVING, first.t))) {
      open++;
      continue;
    }
    const last = changes.findLast(({ t }) => t <= due);
    const each = last === undefined ? firstOf(plan) : JSON.parse(last.settings).cadence;
    if ((n % each === 0) !== (first.op === 'sent')) wrong.push(n);
  }
  return JSON.stringify([open, elsewhere, wrong]);
}
