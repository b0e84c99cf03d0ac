/** Stories about a device that adds up its level over windows of three samples. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'aggregate/sampled': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  'aggregate/closed': {
    ...({ device: 'device', stream: 'stream', n: 'count' } as const),
    ...({ window: 'count', count: 'count', cut: 'text', values: 'text' } as const),
  },
} as const;

interface Level {
  min: number;
  max: number;
  mean: number;
}

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS],
    entry: { parts: [{ kind: 'aggregate', params: { window: 3000, signals: ['level'] } }] },
  });
  #windows = 0;

  constructor() {
    this.story.plan.streams.find(({ code }) => code === TELEMETRY)?.skips.push('aggregated');
  }

  sampled(n: number, level: number, isAccounted = true): this {
    const values = JSON.stringify({ level });
    this.story.add('aggregate/sampled', at(n), { device: 0, stream: TELEMETRY, n, values });
    if (!isAccounted) return this;
    return this.#notSent(n, 'aggregated');
  }

  leftOut(n: number): this {
    return this.#notSent(n, 'device-off');
  }

  closed(window: number, count: number, level: Level, cut = ''): this {
    const n = this.#windows++;
    const values = JSON.stringify({ level });
    const fields = { device: 0, stream: TELEMETRY, n, window, count, cut, values };
    this.story.add('aggregate/closed', at(3 * window + 2) + 1, fields);
    return this;
  }

  booted(n: number): this {
    this.story.add('boot', at(n) - 1, { device: 0, epoch: 2, cause: 'power-on' });
    return this;
  }

  #notSent(n: number, why: string): this {
    this.story.add('not-sent', at(n), { device: 0, stream: TELEMETRY, n, why });
    return this;
  }
}

/** Numbers beyond those of the healthy run. */
const at = (n: number): number => 6000 + (n - 102) * 1000;

const whole = (): Told => new Told().sampled(102, 1).sampled(103, 5).sampled(104, 3);

const aggregateTrue: CheckerFixtures = {
  passing: {
    'it says what its samples come to': () =>
      whole().closed(34, 3, { min: 1, max: 5, mean: 3 }).story,
    'it is short by a boot, and says so': () =>
      new Told()
        .sampled(102, 9)
        .booted(103)
        .sampled(103, 5)
        .sampled(104, 3)
        .closed(34, 2, { min: 3, max: 5, mean: 4 }, 'boot').story,
    'it is short by the end, and says so': () =>
      new Told().sampled(102, 1).closed(34, 1, { min: 1, max: 1, mean: 1 }, 'end').story,
    'what was left out for another reason is not missed': () =>
      new Told()
        .sampled(102, 1)
        .leftOut(103)
        .sampled(104, 3)
        .closed(34, 2, { min: 1, max: 3, mean: 2 }).story,
  },
  failing: {
    'the mean is another': () => whole().closed(34, 3, { min: 1, max: 5, mean: 3.5 }).story,
    'the most is another': () => whole().closed(34, 3, { min: 1, max: 6, mean: 3 }).story,
    'it counts one too many': () => whole().closed(34, 4, { min: 1, max: 5, mean: 3 }).story,
    'it was over too soon': () =>
      new Told().sampled(102, 1).sampled(103, 5).closed(34, 2, { min: 1, max: 5, mean: 3 }).story,
    'it is short by a boot, and says nothing': () =>
      new Told()
        .sampled(102, 9)
        .booted(103)
        .sampled(103, 5)
        .sampled(104, 3)
        .closed(34, 2, { min: 3, max: 5, mean: 4 }).story,
    'it says that the end cut it, and more came': () =>
      new Told()
        .sampled(102, 1)
        .closed(34, 1, { min: 1, max: 1, mean: 1 }, 'end')
        .sampled(105, 2)
        .sampled(106, 2)
        .sampled(107, 2)
        .closed(35, 3, { min: 2, max: 2, mean: 2 }).story,
    'a sample is in no window': () =>
      new Told()
        .sampled(102, 1)
        .sampled(103, 5)
        .sampled(104, 3)
        .sampled(105, 3)
        .sampled(106, 3)
        .sampled(107, 3)
        .closed(35, 3, { min: 3, max: 3, mean: 3 }).story,
    'no window was sent at the end': () => whole().story,
    'nobody accounts for a sample': () =>
      new Told()
        .sampled(102, 1, false)
        .sampled(103, 5)
        .sampled(104, 3)
        .closed(34, 3, { min: 1, max: 5, mean: 3 }).story,
  },
  undecided: { 'nothing is measured': () => new Told().story },
};

export default { 'aggregate-true': aggregateTrue };
