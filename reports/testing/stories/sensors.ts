/** Stories about a device whose thermometer says two degrees more for a while, and is stuck. */
import { SENSORS_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [SENSORS_OPS],
    entry: { parts: [{ kind: 'sensors', params: {} }] },
  });

  lying(t: number, does: string, by: string): this {
    const what = { fault: does, signal: 'temperature', does, by };
    this.story.add('sensors/lying', t, { device: 0, ...what });
    return this;
  }

  honest(t: number, fault: string): this {
    this.story.add('sensors/honest', t, { device: 0, fault });
    return this;
  }

  said(n: number, was: number, said: number): this {
    const textOf = (temperature: number): string => JSON.stringify({ temperature });
    return this.saidAs(n, textOf(was), textOf(said));
  }

  saidAs(n: number, was: string, said: string): this {
    this.story.add('sensors/said', 6000 + n * 1000, { device: 0, n, was, said });
    return this;
  }
}

/** The ledger had no room for all of it. */
const CUT = '{"temperature":20,"lev';

const warmer = (): Told => new Told().said(0, 20, 20).lying(6500, 'offset', '2').said(1, 21, 23);
const stuck = (): Told => new Told().said(0, 20, 20).lying(6500, 'stuck', '').said(1, 21, 20);

const sensorsHonest: CheckerFixtures = {
  passing: {
    'it says what there is': () => new Told().said(0, 20, 20).story.fine(),
    'it says more, and was put right': () =>
      warmer().honest(7500, 'offset').said(2, 22, 22).story.fine(),
    'it is stuck at what it said last': () => stuck().said(2, 22, 20).story.fine(),
    'it is stuck at the first that it says': () =>
      new Told().lying(5500, 'stuck', '').said(0, 20, 20).said(1, 21, 20).story.fine(),
    'it is stuck at what it said before a reading without it': () =>
      new Told()
        .said(0, 20, 20)
        .saidAs(1, '{"level":1}', '{"level":1}')
        .lying(7500, 'stuck', '')
        .said(2, 22, 20)
        .story.fine(),
    'it is stuck, whatever is added': () =>
      warmer().lying(7500, 'stuck', '9').said(2, 22, 9).story.fine(),
  },
  failing: {
    'it says other than what adds up to a long number': () =>
      new Told().lying(5500, 'offset', '0.2').said(0, 0.1, 0).story,
    'it was not put right': () => warmer().honest(7500, 'offset').said(2, 22, 24).story,
    'it lies without a fault': () => new Told().said(0, 20, 22).story,
    'it is not stuck': () => stuck().said(2, 22, 22).story,
  },
  undecided: {
    'it says nothing': () => new Told().story,
    'nobody can read what it says': () => new Told().saidAs(0, CUT, CUT).story,
    'it is stuck at what nobody can read': () =>
      new Told().saidAs(0, CUT, CUT).lying(6500, 'stuck', '').said(1, 21, 20).story,
  },
};

export default { 'sensors-honest': sensorsHonest };
