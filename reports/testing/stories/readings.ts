/** Stories about what a gateway reads in the registers of a device. */
import type { EntryPlan } from '#kernel';
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

/** In which the other gateway reads the same: by a map of its own. */
const OTHER = 2;
const COARSE = MAP.map((place) => ({ ...place, scale: 1 }));

const partsWith = (map: typeof MAP): EntryPlan['parts'] => [
  { kind: 'gateway', params: { bus: { modbus: { maps: { pumps: map } } } } },
];

/** What an observed child says, it says as it is. */
const OBSERVED: EntryPlan['parts'] = [
  {
    kind: 'gateway',
    params: {
      bus: { coap: { resources: { pumps: [{ signals: ['level'] }, { signals: ['flow'] }] } } },
    },
  },
];

class Told {
  readonly story: Story;

  constructor(devices = 2, parts = partsWith(MAP)) {
    this.story = healthy({
      devices,
      carried: { [CHILD]: GATEWAY },
      entry: { parts },
      ops: [OPS],
    });
  }

  /** The child may be heard by another gateway, which heard what the first one could not. */
  readElsewhere(t: number, n: number, values: object, had: object): this {
    const { devices, entries } = this.story.plan;
    const [entry] = entries;
    if (entry !== undefined) entries.push({ ...entry, id: 'spares', parts: partsWith(COARSE) });
    Object.assign(devices[CHILD] ?? {}, { fallBack: OTHER });
    Object.assign(devices[OTHER] ?? {}, { entry: 1 });
    this.#tell('gateway/latched', t - 100, n, had, OTHER);
    return this.#tell('gateway/decoded', t, n, values, OTHER);
  }

  latched(t: number, n: number, values: object): this {
    return this.#tell('gateway/latched', t, n, values);
  }

  /** Longer than an entry may be. */
  cut(t: number, n: number, op: keyof typeof OPS = 'gateway/latched'): this {
    const values = { level: 21.3, ...Object.fromEntries([...Array(99).keys()].map((k) => [k, 0])) };
    return this.#tell(op, t, n, { ...values, ['flow'.repeat(80)]: 1.1 });
  }

  read(t: number, n: number, values: object): this {
    return this.#tell('gateway/decoded', t, n, values);
  }

  #tell(op: keyof typeof OPS, t: number, n: number, values: object, by = GATEWAY): this {
    this.story.add(op, t, { device: by, child: CHILD, n, values: JSON.stringify(values) });
    // Both are what the story is about.
    this.story.add('state', t, { device: CHILD, state: 'power.on' });
    return this;
  }
}

const said = { level: 21.3, flow: 1.1 };
const observed = (): Told => new Told(2, OBSERVED).latched(6000, 5, said);
const latched = (): Told => new Told().latched(6000, 5, said);

const gatewayReadsTrue: CheckerFixtures = {
  passing: {
    'it reads what lies there, rounded': () =>
      latched().read(6100, 5, { level: 21.5, flow: 1.10000002384 }).story,
    'what does not fit lies at the end of the scale': () =>
      new Told()
        .latched(6000, 5, { level: 99_999, flow: 0 })
        .read(6100, 5, { level: 16_383.5, flow: 0 }).story,
    'the other gateway reads by its own map': () =>
      new Told(3).readElsewhere(6100, 5, { level: 21, flow: 1 }, { level: 21.3, flow: 1 }).story,
    'and what lies with one of them does not lie with the other': () =>
      new Told(3)
        .latched(6000, 5, said)
        .readElsewhere(7100, 6, { level: 20, flow: 1 }, { level: 20.3, flow: 1 })
        .read(7200, 5, { level: 21.5, flow: 1.1 }).story,
    'what is observed is as it was said': () => observed().read(6100, 5, said).story,
    'one that was overtaken is still what its child had': () =>
      observed()
        .latched(7000, 6, { level: 20, flow: 1 })
        .read(7100, 6, { level: 20, flow: 1 })
        .read(7200, 5, said).story,
  },
  failing: {
    'what is observed is as it was said, and not nearly': () =>
      observed().read(6100, 5, { level: 21.300001, flow: 1.1 }).story,
    'a reading that the observed child never had': () => observed().read(6100, 6, said).story,
    'one of the resources is missing': () => observed().read(6100, 5, { flow: 1.1 }).story,
    'the other gateway reads by the map of the first': () =>
      new Told(3).readElsewhere(6100, 5, { level: 22, flow: 1 }, { level: 21.3, flow: 1 }).story,
    'another value': () => latched().read(6100, 5, { level: 22.5, flow: 1.1 }).story,
    'the words the wrong way round': () =>
      latched().read(6100, 5, { level: 21.5, flow: -1.07e8 }).story,
    'a reading that did not lie there': () =>
      latched().read(6100, 6, { level: 21.5, flow: 1.1 }).story,
    'one signal is missing': () => latched().read(6100, 5, { level: 21.5 }).story,
  },
  undecided: {
    'the ledger has cut off what the device had': () =>
      new Told().cut(6000, 5).read(6100, 5, { level: 21.5, flow: 1.1 }).story,
    'the ledger has cut off what was read': () => latched().cut(6100, 5, 'gateway/decoded').story,
    'our own ledger is torn': () => {
      const { story } = latched().read(6100, 5, { level: 22.5, flow: 1.1 });
      story.torn = 40;
      return story;
    },
  },
};

export default { 'gateway-reads-true': gatewayReadsTrue };
