/** Stories about a device that says its level as differences of a tenth, every third one whole. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, healthy, type Story, TELEMETRY } from '../story.ts';

const OPS = {
  'delta/said': {
    ...({ device: 'device', stream: 'stream', n: 'count' } as const),
    ...({ base: 'signed', values: 'text' } as const),
  },
  'delta/rebuilt': { device: 'device', stream: 'stream', n: 'count', values: 'text' },
  'delta/read': { device: 'device' },
} as const;

const WHOLE = -1;

class Told {
  readonly story: Story = healthy({
    devices: 1,
    ops: [OPS],
    entry: { parts: [{ kind: 'delta', params: { steps: { level: 0.1 }, whole: 3 } }] },
  });

  /** Of samples that the target acknowledges, whatever the healthy run says of their bytes. */
  said(n: number, base: number, level: number, isAcked = true): this {
    const message = { device: 0, stream: TELEMETRY, n };
    const values = JSON.stringify({ level });
    this.story.add('delta/said', at(n), { ...message, base, values });
    if (isAcked) return this;
    this.story.drop(({ op, fields }) => op === 'acked' && fields.n === n);
    return this;
  }

  connected(n: number): this {
    this.story.add('state', at(n) - 1, { device: 0, state: 'connection.online' });
    return this;
  }

  read(...made: [n: number, level: number][]): this {
    for (const [n, level] of made) {
      const values = JSON.stringify({ level });
      this.story.add('delta/rebuilt', DRAINED + 300, { device: 0, stream: TELEMETRY, n, values });
    }
    this.story.add('delta/read', DRAINED + 301, { device: 0 });
    return this;
  }
}

/** As the healthy run samples. */
const at = (n: number): number => 1000 + n * 1000;

const three = (): Told => new Told().said(6, WHOLE, 1).said(7, 6, 1.2).said(8, 7, 1.04);

const deltaTrue: CheckerFixtures = {
  passing: {
    'it is rebuilt as it was measured': () => three().read([6, 1], [7, 1.2], [8, 1]).story,
    'it goes whole after a connect': () => three().connected(9).said(9, WHOLE, 2).story,
    'what was not acknowledged need not be there': () =>
      new Told().said(6, WHOLE, 1).said(7, 6, 1.2, false).read([6, 1]).story,
  },
  failing: {
    'it is taken from what was not acknowledged': () =>
      new Told().said(6, WHOLE, 1).said(7, 6, 1.2, false).said(8, 7, 1).story,
    'it is taken from what was never said': () =>
      new Told().said(6, WHOLE, 1).said(7, 3, 1.2).story,
    'none goes whole for too long': () => three().said(9, 8, 1).story,
    'none goes whole after a connect': () =>
      new Told().said(6, WHOLE, 1).connected(7).said(7, 6, 1.2).story,
    'it is rebuilt otherwise': () => three().read([6, 1], [7, 1.2], [8, 1.1]).story,
    'it is not rebuilt': () => three().read([6, 1], [8, 1]).story,
  },
  undecided: { 'nothing is said': () => new Told().story },
};

export default { 'delta-true': deltaTrue };
