/** Stories about what a gateway reads in the registers of a device. */
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const GATEWAY = 0;
const CHILD = 1;
const TOLD = { device: 'device', child: 'device', n: 'count', values: 'text' } as const;
const OPS = { 'gateway/latched': TOLD, 'gateway/decoded': TOLD } as const;
const MAP = [
  { signal: 'level', address: 0, type: 'int16', scale: 0.5, offset: 0 },
  { signal: 'flow', address: 1, type: 'float32', scale: 1, offset: 0 },
];

class Told {
  readonly story: Story = healthy({
    devices: 2,
    carried: { [CHILD]: GATEWAY },
    entry: { parts: [{ kind: 'gateway', params: { bus: { modbus: { maps: { pumps: MAP } } } } }] },
    ops: [OPS],
  });

  latched(t: number, n: number, values: object): this {
    return this.#tell('gateway/latched', t, n, values);
  }

  read(t: number, n: number, values: object): this {
    return this.#tell('gateway/decoded', t, n, values);
  }

  #tell(op: keyof typeof OPS, t: number, n: number, values: object): this {
    this.story.add(op, t, { device: GATEWAY, child: CHILD, n, values: JSON.stringify(values) });
    // Both are what the story is about.
    this.story.add('state', t, { device: CHILD, state: 'power.on' });
    return this;
  }
}

const said = { level: 21.3, flow: 1.1 };
const latched = (): Told => new Told().latched(6000, 5, said);

const gatewayReadsTrue: CheckerFixtures = {
  passing: {
    'it reads what lies there, rounded': () =>
      latched().read(6100, 5, { level: 21.5, flow: 1.10000002384 }).story,
    'what does not fit lies at the end of the scale': () =>
      new Told()
        .latched(6000, 5, { level: 99_999, flow: 0 })
        .read(6100, 5, { level: 16_383.5, flow: 0 }).story,
  },
  failing: {
    'another value': () => latched().read(6100, 5, { level: 22.5, flow: 1.1 }).story,
    'the words the wrong way round': () =>
      latched().read(6100, 5, { level: 21.5, flow: -1.07e8 }).story,
    'a reading that did not lie there': () =>
      latched().read(6100, 6, { level: 21.5, flow: 1.1 }).story,
    'one signal is missing': () => latched().read(6100, 5, { level: 21.5 }).story,
  },
  undecided: {
    'our own ledger is torn': () => {
      const { story } = latched().read(6100, 5, { level: 22.5, flow: 1.1 });
      story.torn = 40;
      return story;
    },
  },
};

export default { 'gateway-reads-true': gatewayReadsTrue };
