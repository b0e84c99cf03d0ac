/**
 * Has the target keep readings as they came for a while, and for longer what windows of them come
 * to. Somebody looks now and then which readings are there, since what goes too early would be
 * missed by nobody at the end; and then all windows are read back.
 */
import {
  isOf,
  onGrid,
  type Problem,
  phaseOf,
  rangeTexts,
  TIERS_OPS,
  type TiersPlan,
  tiersOver,
} from '#kernel';
import { type Answer, SILENT } from '../watch/target-ports.ts';
import { Insistence } from './insistence.ts';
import { countIn, isOwn, laneQuery, listOf, ownDevice } from './own-rows.ts';
import { lookAtRaw } from './tiers/looks.ts';
import { latenessOf, reworded, stepsOf } from './tiers/steps.ts';
import { instantOf, whenParams } from './twin/turns.ts';
import { BEGINS_TOO_LATE, misnamed, nobodyIn } from './whom.ts';
import {
  defineWorkflow,
  type Workflow,
  type WorkflowContext,
  type WorkflowPorts,
} from './workflow.ts';

export default defineWorkflow({
  kind: 'tiers',
  summary: 'has the target keep readings for a while, and what windows of them come to for longer',
  params: {
    name: { kind: 'text', about: 'What they are called; no two alike.', default: 'tiers' },
    of: {
      kind: 'text',
      about: 'How the ids of their devices begin, such as fridges or fridges/north-1; else all.',
      optional: true,
    },
    keep: {
      kind: 'duration',
      about: 'So long after its time a reading is kept as it came.',
      default: '20s',
      min: '1s',
    },
    steps: {
      kind: 'list',
      about: 'Windows, from the narrowest to the widest.',
      of: {
        kind: 'record',
        about: 'Windows of one width.',
        fields: {
          every: { kind: 'duration', about: 'How wide a window is.', min: '1s' },
          keep: {
            kind: 'duration',
            about: 'So long after its end it is kept; the widest, and no other, for good.',
            optional: true,
            min: '1s',
          },
        },
      },
      default: [{ every: '5s', keep: '60s' }, { every: '30s' }],
      min: 1,
      max: 6,
    },
    lateness: {
      kind: 'duration',
      about: 'What comes later than so long after its time is in no window; else a minute at most.',
      optional: true,
    },
    within: {
      kind: 'duration',
      about: 'What is to go is gone so soon after.',
      default: '4s',
      min: '200ms',
    },
    look: {
      kind: 'duration',
      about: 'So often somebody looks which readings are there as they came.',
      default: '4s',
      min: '500ms',
    },
    ...whenParams,
  },
  ops: TIERS_OPS,
  needs: ['tiers', 'telemetry'],
  parts: ['tiers'],
  resolve: (params, context) => {
    const [name, of] = [String(params.name), String(params.of ?? '')];
    const { steps, problems } = stepsOf(params.steps);
    problems.push(...misnamed('tiers', name));
    const places = placesIn(of, context);
    if (places.length === 0) problems.push(nobodyIn(of, context));
    problems.push(...reworded(of, context));
    const lateness = latenessOf(params.lateness, steps);
    problems.push(...lateness.problems);
    const at = instantOf(problems, '', params, context);
    if (at >= phaseOf(context.phases, 'drain').from) problems.push(BEGINS_TOO_LATE);
    const lookMs = onGrid(Number(params.look), context.quantumMs);
    const times = { keepMs: Number(params.keep), withinMs: Number(params.within), lookMs };
    const resolved: TiersPlan = {
      ...{ name, of, at, steps, latenessMs: lateness.latenessMs },
      ...times,
    };
    const takes = [`the name ${name} of tiers`, ...places.map((one) => `readings of ${one}`)];
    return { resolved, problems: problems as readonly Problem[], takes };
  },
  start: (ports, resolved) => new Tiers(ports, resolved as TiersPlan),
});

/** Sites of an entry, since two that keep the same readings would each take them away. */
const placesIn = (of: string, { devices }: WorkflowContext): string[] => [
  ...new Set(
    devices.filter(({ id }) => isOf(of, id)).map(({ id }) => id.split('/').slice(0, 2).join('/')),
  ),
];

type Ranges = readonly (readonly [low: number, high: number])[];

/** A device as the target lists it. */
interface Listed {
  device: string;
  tiers: string;
  from: number;
  counted: Ranges;
  late: Ranges;
  moved: Ranges;
  windows: { step: number; start: number; count: number; signals: Record<string, unknown> }[];
}

const NOBODY = -1;
/** So many devices of a shard are looked at in the midst of a run. */
const LOOKED_AT = 200;

class Tiers implements Workflow {
  readonly #ports: WorkflowPorts;
  readonly #plan: TiersPlan;
  readonly #own: readonly number[];
  readonly #insistence: Insistence;
  #looking: Promise<void> = Promise.resolve();
  #isLooking = false;
  #looks = 0;
  #isOver = false;

  constructor(ports: WorkflowPorts, plan: TiersPlan) {
    this.#ports = ports;
    this.#plan = plan;
    this.#own = ports.plan.devices.flatMap(({ id }, device) =>
      isOwn(ports, device) && tiersOver(ports.plan, id)?.name === plan.name ? [device] : [],
    );
    this.#insistence = new Insistence(ports);
    if (ports.shard === 0) this.#insistence.from(plan.at, () => this.#ask());
    const step = Math.ceil(this.#own.length / LOOKED_AT);
    const some = this.#own.filter((_, place) => place % step === 0);
    const others = this.#own.filter((_, place) => place % step !== 0);
    ports.wheel.add(plan.at + plan.lookMs, {
      fire: (at) => {
        // Who is not told to be left out is to be seen.
        for (const device of others.splice(0)) ports.ledger.write('tiers/unwatched', { device });
        return this.#lookAt(at, some);
      },
    });
  }

  stop(): void {
    this.#isOver = true;
    this.#insistence.stop();
  }

  account(): void {}

  async end(): Promise<void> {
    this.stop();
    await Promise.all([this.#insistence.settled, this.#looking]);
  }

  async readBack(): Promise<void> {
    await Promise.all([this.#insistence.settled, this.#looking]);
    const { readList, now } = this.#ports;
    await lookAtRaw(this.#ports, this.#looks++, this.#own);
    const asked = Math.floor(now());
    await readList<Listed>('tiers', laneQuery(this.#ports), (rows) => {
      for (const row of rows) this.#read(row, asked);
    });
  }

  #read(row: Listed, asked: number): void {
    const device = ownDevice(this.#ports, row.device);
    if (device === null || row.tiers !== this.#plan.name) return;
    const { ledger } = this.#ports;
    for (const are of ['counted', 'late', 'moved'] as const) {
      for (const numbers of rangeTexts(numbersOf(row[are]))) {
        if (numbers !== '') ledger.write('tiers/numbers', { device, are, numbers });
      }
    }
    for (const { step, start, count, signals } of listOf(row.windows)) {
      const window = { device, step: countIn(step), start: Math.round(start), count };
      const told = Object.entries(signals ?? {});
      if (told.length === 0) ledger.write('tiers/window', { ...window, signal: '', told: '' });
      for (const [signal, sum] of told) {
        ledger.write('tiers/window', { ...window, signal, told: JSON.stringify(sum) });
      }
    }
    ledger.write('tiers/told', { device, asked, from: countIn(row.from) });
  }

  #lookAt(at: number, some: readonly number[]): number {
    if (this.#isOver || some.length === 0) return Number.POSITIVE_INFINITY;
    if (!this.#isLooking) {
      this.#isLooking = true;
      this.#looking = lookAtRaw(this.#ports, this.#looks++, some).finally(() => {
        this.#isLooking = false;
      });
    }
    return at + this.#plan.lookMs;
  }

  async #ask(): Promise<Answer> {
    const { ledger, target } = this.#ports;
    const { name, of, keepMs, steps, latenessMs, withinMs } = this.#plan;
    ledger.write('tiers/asked', { device: NOBODY, name });
    const now = this.#ports.now();
    const body = { of, keepMs, steps, latenessMs, withinMs, now };
    const answer = (await target.port('tiers')?.tell?.(name, body)) ?? SILENT;
    ledger.write('tiers/answered', { device: NOBODY, name, status: answer.status });
    return answer;
  }
}

/** A target may name as many as it likes; so many nobody honestly does. */
const RANGE_MAX = 1_000_000;

const numbersOf = (ranges: Ranges | undefined): number[] =>
  listOf(ranges).flatMap(([low, high]) =>
    Array.from(
      { length: Math.min(RANGE_MAX, Math.max(0, countIn(high) - countIn(low) + 1)) },
      (_, at) => countIn(low) + at,
    ),
  );
