/** Stories about a device whose own clock is a second ahead, and an hour for a while. */
import { OWN_TIME_OPS, RULE_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, healthy, type Story } from '../story.ts';

const HOUR = 3_600_000;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OWN_TIME_OPS, RULE_OPS],
    entry: { parts: [{ kind: 'own-time', params: { ahead: 1000 } }] },
  });

  stepped(t: number, ahead: number): this {
    this.story.add('own-time/stepped', t, { device: 0, fault: 'f', ahead });
    return this;
  }

  said(n: number, stamp: number): this {
    const of = 6000 + n * 1000;
    this.story.add('own-time/said', of, { device: 0, n, of, stamp });
    return this;
  }

  /** So the target has it. */
  came(n: number, values: string): this {
    const said = { device: 0, n, at: 0, received: 9000, values };
    this.story.add('rules/input', DRAINED + 200, said);
    return this;
  }
}

const stepped = (): Told =>
  new Told()
    .said(0, 7000)
    .stepped(6500, HOUR + 1000)
    .said(1, HOUR + 8000)
    .stepped(7500, 1000);

const stampsTrue: CheckerFixtures = {
  passing: {
    'it is as it was set': () => new Told().said(0, 7000).story.fine(),
    'it came as it was said': () => new Told().said(0, 7000).came(0, '{"stamp":7000}').story.fine(),
    'it came, and nobody can read it': () => new Told().said(0, 7000).came(0, '').story.fine(),
    'it was stepped, and put right': () => stepped().said(2, 9000).story.fine(),
  },
  failing: {
    'it was not put right': () => stepped().said(2, HOUR + 9000).story,
    'it came as of another time': () => new Told().said(0, 7000).came(0, '{"stamp":6000}').story,
    'it came without a time': () => new Told().said(0, 7000).came(0, '{"level":5}').story,
    'it tells the time': () => new Told().said(0, 6000).story,
  },
  undecided: { 'it says nothing': () => new Told().story },
};

export default { 'stamps-true': stampsTrue };
