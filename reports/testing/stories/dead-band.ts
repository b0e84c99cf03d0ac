/** Stories about a device that says its level by exception: half a centimetre, three readings. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'dead-band/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  'dead-band/held': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
} as const;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS],
    entry: { parts: [{ kind: 'dead-band', params: { bands: { level: 0.5 }, silence: 3000 } }] },
  });

  constructor() {
    this.story.plan.streams.find(({ code }) => code === TELEMETRY)?.skips.push('held');
  }

  said(n: number, level: number): this {
    return this.#tell('dead-band/said', n, level);
  }

  held(n: number, level: number, isAccounted = true): this {
    this.#tell('dead-band/held', n, level);
    if (!isAccounted) return this;
    this.story.add('not-sent', at(n), { device: 0, stream: TELEMETRY, n, why: 'held' });
    return this;
  }

  #tell(op: keyof typeof OPS, n: number, level: number): this {
    this.story.add(op, at(n), {
      device: 0,
      stream: TELEMETRY,
      n,
      values: JSON.stringify({ level }),
    });
    return this;
  }
}

/** Numbers beyond those of the healthy run. */
const at = (n: number): number => 6000 + (n - 100) * 1000;

const deadBandKept: CheckerFixtures = {
  passing: {
    'all is said': () => new Told().said(101, 1).said(102, 1).story,
    'what moves within the band is held': () =>
      new Told().said(101, 1).held(102, 1.5).said(103, 2).story,
    'after a while it goes in any case': () =>
      new Told().said(101, 1).held(102, 1).held(103, 1).said(104, 1).story,
  },
  failing: {
    'it moved further': () => new Told().said(101, 1).held(102, 1.6).story,
    'it moved little by little, and far from what was said': () =>
      new Told().said(101, 1).held(102, 1.4).held(103, 1.8).story,
    'nothing was said before': () => new Told().held(101, 1).story,
    'the silence is too long': () =>
      new Told().said(101, 1).held(102, 1).held(103, 1).held(104, 1).story,
    'nobody accounts for it': () => new Told().said(101, 1).held(102, 1, false).story,
  },
  undecided: { 'nothing is measured': () => new Told().story },
};

export default { 'dead-band-kept': deadBandKept };
