/** Stories about a device that reports every third reading only, from 20 down until 40 again. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'limited/measured': { device: 'device', n: 'count', value: 'text', held: 'boolean' },
} as const;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS],
    entry: {
      parts: [
        { kind: 'limited', params: { watches: 'battery', enters: 20, leaves: 40, factor: 3 } },
      ],
    },
  });

  constructor() {
    this.story.plan.streams.find(({ code }) => code === TELEMETRY)?.skips.push('limited');
  }

  mode(n: number, state: 'normal' | 'limited'): this {
    this.story.add('state', at(n), { device: 0, state: `limited.${state}` });
    return this;
  }

  said(n: number, value: number): this {
    return this.#measured(n, value, false);
  }

  held(n: number, value: number, isAccounted = true): this {
    this.#measured(n, value, true);
    if (!isAccounted) return this;
    this.story.add('not-sent', at(n), { device: 0, stream: TELEMETRY, n, why: 'limited' });
    return this;
  }

  #measured(n: number, value: number, held: boolean): this {
    this.story.add('limited/measured', at(n), { device: 0, n, value: String(value), held });
    return this;
  }
}

/** Numbers beyond those of the healthy run; the 102nd is on the grid. */
const at = (n: number): number => 6000 + (n - 100) * 1000;

const limitedKept: CheckerFixtures = {
  passing: {
    'it is well all the time': () => new Told().said(101, 50).said(102, 21).story,
    'it goes in and out': () =>
      new Told()
        .said(101, 50)
        .mode(102, 'limited')
        .said(102, 20)
        .held(103, 30)
        .held(104, 39)
        .said(105, 39)
        .mode(106, 'normal')
        .said(106, 40)
        .said(107, 30).story,
  },
  failing: {
    'it does not go in': () => new Told().said(101, 20).story,
    'it does not come out': () => new Told().mode(102, 'limited').said(102, 20).held(103, 45).story,
    'it goes in although it is well': () => new Told().mode(102, 'limited').said(102, 21).story,
    'it says too much': () => new Told().mode(102, 'limited').said(102, 20).said(103, 20).story,
    'it says too little': () => new Told().said(102, 50).held(103, 50).story,
    'it leaves out what is on the grid': () => new Told().mode(102, 'limited').held(102, 20).story,
    'nobody accounts for it': () =>
      new Told().mode(102, 'limited').said(102, 20).held(103, 20, false).story,
  },
  undecided: { 'it measures nothing': () => new Told().story },
};

export default { 'limited-kept': limitedKept };
