/**
 * What is known of a run while it goes on, as Prometheus reads it (text exposition 0.0.4). How many
 * lines there are hangs on the plan's faults and on nothing else: never on devices or messages.
 * Live counts like the panel's; the verdict comes from the ledger.
 */
import { connectionCount, type Plan } from '#kernel';
import { Tally } from '../fleet/tally.ts';
import { emptyBins, LATENCY_BOUNDS_S } from './latency-bins.ts';
import type { Progress } from './progress.ts';

/** Faults of their own line; of a plan with more, those that stand are counted. */
const FAULTS_MAX = 100;

const MESSAGES = [
  'intended',
  'sent',
  'unasked',
  'acked',
  'observed',
  'duplicates',
  'late',
] as const satisfies readonly (keyof Progress['counts'])[];

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [suffix: string, labels: Labels, value: number];

export class Exposition {
  readonly #plan: Plan;
  #latest: Progress | null = null;
  /** A counter that is not there from the start has no rise up to its first value. */
  readonly #before: Progress['counts'];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#before = new Tally(connectionCount(plan)).snapshot();
  }

  note(progress: Progress): void {
    this.#latest = progress;
  }

  text(): string {
    const { scenario, seed, gear, target, phases } = this.#plan;
    const run = { scenario: scenario.name, seed: String(seed), gear, target: target.name };
    const now = this.#latest;
    const seconds = now === null ? 0 : Math.round(now.t) / 1000;
    const planned = (phases.at(-1)?.to ?? 0) / 1000;
    return [
      family('run_info', 'gauge', 'What is run; always 1.', [['', run, 1]]),
      family('run_seconds', 'gauge', "The run's own time since its start.", [['', {}, seconds]]),
      family('run_planned_seconds', 'gauge', 'When it is planned to end.', [['', {}, planned]]),
      family(
        'phase',
        'gauge',
        'The phase that the run is in has a 1.',
        phases.map(({ name }) => ['', { phase: name }, now?.phase === name ? 1 : 0]),
      ),
      ...this.#live(now?.counts ?? this.#before),
      this.#histogram(),
      this.#faults(now?.activeFaults ?? []),
    ].join('');
  }

  #live(counts: Progress['counts']): string[] {
    const devices = { all: counts.devices, powered: counts.powered, connected: counts.connected };
    return [
      family(
        'devices',
        'gauge',
        'Devices with a connection of their own: all, those with power, connected, asleep.',
        Object.entries({ ...devices, asleep: counts.asleep }).map(([is, count]) => [
          '',
          { is },
          count,
        ]),
      ),
      family(
        'messages_total',
        'counter',
        'Messages by what became of them so far; unasked: at QoS 0, late: after more than 1 s.',
        MESSAGES.map((is) => ['', { is }, counts[is]]),
      ),
      family('messages_buffered', 'gauge', 'Held by devices that cannot send now.', [
        ['', {}, counts.buffered],
      ]),
      family('messages_unseen', 'gauge', 'Acknowledged, and not seen by an observer yet.', [
        ['', {}, counts.missing],
      ]),
      family('connects_total', 'counter', 'Connect attempts, and those that came to nothing.', [
        ['', { is: 'tried' }, counts.connects],
        ['', { is: 'failed' }, counts.connectFailures],
      ]),
    ];
  }

  #histogram(): string {
    const { counts, sumMs } = this.#latest?.latency ?? emptyBins();
    let below = 0;
    const bounds = [...LATENCY_BOUNDS_S.map(String), '+Inf'];
    const buckets = bounds.map((le, bin): Sample => {
      below += counts[bin] ?? 0;
      return ['_bucket', { le }, below];
    });
    return family(
      'latency_seconds',
      'histogram',
      'From the intended time of a message to an observer; edges are exact to 5 %.',
      [...buckets, ['_sum', {}, sumMs / 1000], ['_count', {}, below]],
    );
  }

  #faults(active: readonly string[]): string {
    const { faults } = this.#plan;
    const about = 'Faults that stand now.';
    if (faults.length > FAULTS_MAX)
      return family('faults_standing', 'gauge', about, [['', {}, active.length]]);
    return (
      family('faults_standing', 'gauge', about, [['', {}, active.length]]) +
      family(
        'fault_standing',
        'gauge',
        'Whether a fault of the plan stands now.',
        faults.map(({ id, fault }) => ['', { id, fault }, active.includes(id) ? 1 : 0]),
      )
    );
  }
}

/** One metric with all its samples; nothing for one without any. */
function family(name: string, type: string, about: string, samples: readonly Sample[]): string {
  if (samples.length === 0) return '';
  const full = `twinstorm_${name}`;
  const lines = samples.map(
    ([suffix, labels, value]) => `${full}${suffix}${labelText(labels)} ${value}`,
  );
  return `# HELP ${full} ${about}\n# TYPE ${full} ${type}\n${lines.join('\n')}\n`;
}

function labelText(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
