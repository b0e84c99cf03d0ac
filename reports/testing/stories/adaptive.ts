/** Stories about a device that may wait four of its intervals while its level is calm. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'adaptive/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
} as const;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS],
    entry: { parts: [{ kind: 'adaptive', params: { most: 4, calm: { level: 0.5 } } }] },
  });

  constructor() {
    this.story.plan.streams.find(({ code }) => code === TELEMETRY)?.skips.push('calm');
  }

  said(...told: [n: number, level: number][]): this {
    for (const [n, level] of told) {
      const values = JSON.stringify({ level });
      this.story.add('adaptive/said', at(n), { device: 0, stream: TELEMETRY, n, values });
    }
    return this;
  }

  calm(...numbers: number[]): this {
    for (const n of numbers) {
      this.story.add('not-sent', at(n), { device: 0, stream: TELEMETRY, n, why: 'calm' });
    }
    return this;
  }

  booted(n: number): this {
    this.story.add('boot', at(n) - 1, { device: 0, epoch: 2, cause: 'power-on' });
    return this;
  }
}

/** Numbers beyond those of the healthy run. */
const at = (n: number): number => 6000 + (n - 100) * 500;

/** Calm for so long that it waits four intervals. */
const calm = (): Told =>
  new Told().said([100, 1], [101, 1]).calm(102).said([103, 1.5]).calm(104, 105, 106);

const adaptiveKept: CheckerFixtures = {
  passing: {
    'it waits longer and longer, and no longer than declared': () =>
      calm().said([107, 1.5]).calm(108, 109, 110).said([111, 1]).story,
    'it is back at once': () => calm().said([107, 3], [108, 5], [109, 5]).calm(110).story,
    'it begins anew after a boot': () => calm().booted(107).said([107, 1], [108, 1]).story,
  },
  failing: {
    'it stays at the long interval': () => calm().said([107, 3]).calm(108, 109, 110).story,
    'it waits longer than declared': () =>
      calm().said([107, 1]).calm(108, 109, 110, 111).said([112, 1]).story,
    'it says one too early': () => new Told().said([100, 1], [101, 1], [102, 1]).story,
    'it leaves out the first': () => new Told().calm(100).story,
  },
  undecided: { 'nothing is measured': () => new Told().story },
};

export default { 'adaptive-kept': adaptiveKept };
