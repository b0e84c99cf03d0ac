/** Stories about a fridge whose seal wears, from a moment on. */
import { MACHINE_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { faultPlan, healthy, type Story } from '../story.ts';

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [MACHINE_OPS],
    entry: { parts: [{ kind: 'machine', params: {} }] },
    faults: [
      faultPlan('wear', {
        ...{ fault: 'malfunction', acts: 'part', devices: [0], cohorts: [] },
        part: { malfunction: { kind: 'seal-leak', severity: 1, grows: 'step', overMs: null } },
        proof: { kind: 'misbehaved' },
      }),
    ],
  });

  measured(n: number, differs: boolean): this {
    this.story.add('machine/measured', 6000 + n * 1000, { device: 0, n, differs });
    return this;
  }

  ill(t: number): this {
    this.story.add('machine/ill', t, { device: 0, fault: 'wear', malfunction: 'seal-leak' });
    return this;
  }
}

const machineWellBefore: CheckerFixtures = {
  passing: {
    'it is as any other until it wears': () =>
      new Told().measured(0, false).ill(6500).measured(1, true).story.fine(),
    'it wears and nothing comes of it': () =>
      new Told().measured(0, false).ill(6500).measured(1, false).story.fine(),
  },
  failing: {
    'it is in another state before': () =>
      new Told().measured(0, true).ill(6500).measured(1, true).story,
  },
  undecided: {
    'it takes no reading before': () => new Told().ill(6500).measured(1, true).story,
  },
};

export default { 'machine-well-before': machineWellBefore };
