/** Stories about a device that says its level by exception: half a centimetre, three readings. */
import { TWIN_TRUTHS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'dead-band/said': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  'dead-band/held': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
} as const;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS, TWIN_TRUTHS],
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

  /** Right before the reading of that number. */
  isSet(n: number, settings: string): this {
    const held = { version: 1, settings, refused: '{}', why: 'taken over' };
    this.story.add('twin/holds', at(n) - 1, { device: 0, ...held });
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

const WIDER = '{"band-level":1}';
const NARROWER = '{"band-level":0.25}';

const deadBandKept: CheckerFixtures = {
  passing: {
    'all is said': () => new Told().said(101, 1).said(102, 1).story,
    'what moves within the band is held': () =>
      new Told().said(101, 1).held(102, 1.5).said(103, 2).story,
    'it is set wider, and holds more': () =>
      new Told().said(101, 1).isSet(102, WIDER).held(102, 1.9).story,
    'it is set narrower, and says more': () =>
      new Told().said(101, 1).held(102, 1.4).isSet(103, NARROWER).said(103, 1.4).story,
    'something else of it is set': () =>
      new Told().said(101, 1).isSet(102, '{"setpoint":4}').held(102, 1.4).story,
    'after a while it goes in any case': () =>
      new Told().said(101, 1).held(102, 1).held(103, 1).said(104, 1).story,
  },
  failing: {
    'it moved further': () => new Told().said(101, 1).held(102, 1.6).story,
    'it moved little by little, and far from what was said': () =>
      new Told().said(101, 1).held(102, 1.4).held(103, 1.8).story,
    'it says that it is narrower, and goes by the width that it had': () =>
      new Told().said(101, 1).isSet(102, NARROWER).held(102, 1.4).story,
    'it goes by a width that it does not tell': () =>
      new Told().said(101, 1).isSet(102, '{"band-level":0.5}').held(102, 1.9).story,
    'it is set wider after it held more': () =>
      new Told().said(101, 1).held(102, 1.9).isSet(103, WIDER).story,
    'something else of it is set, and it holds more': () =>
      new Told().said(101, 1).isSet(102, '{"setpoint":4}').held(102, 1.9).story,
    'nothing was said before': () => new Told().held(101, 1).story,
    'the silence is too long': () =>
      new Told().said(101, 1).held(102, 1).held(103, 1).held(104, 1).story,
    'nobody accounts for it': () => new Told().said(101, 1).held(102, 1, false).story,
  },
  undecided: {
    'nothing is measured': () => new Told().story,
    'how it is set cannot be read': () =>
      new Told().isSet(101, '{"band-le').said(101, 1).held(102, 1.9).story,
  },
};

export default { 'dead-band-kept': deadBandKept };
