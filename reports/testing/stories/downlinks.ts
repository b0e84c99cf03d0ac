/** Stories about children that do not always listen: on a mesh, and on LoRaWAN. */
import { GATEWAY_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { COMMAND, healthy, type Setting, type Story } from '../story.ts';

const GATEWAY = 0;
const CHILD = 1;
/** Beyond the commands of the healthy run. */
const N = 201;
const HOLDS_MS = 3000;
/** A packet of 20 bytes at SF7, and the silence that it costs. */
const ON_AIR_MS = 72;

const OPS = {
  ...GATEWAY_OPS,
  'gateway/brought': { ...GATEWAY_OPS['gateway/took'] },
} as const;

const BUSES = {
  /** The child wakes at 0 s, 5 s, 10 s … */
  sleepy: { sleepy: { wakes: 5000, holds: HOLDS_MS, loss: 0 } },
  lorawan: { lorawan: { sf: 7, duty: 0.01, payload: 20, loss: 0 } },
  polled: { poll: 1000 },
} as const;

/** On whom the child may lean, and who stands on the bus of that one. */
const [OTHER, BESIDE] = [2, 3];

class Told {
  readonly story: Story;

  constructor(bus: keyof typeof BUSES, devices = 2, carried: Setting['carried'] = {}) {
    this.story = healthy({
      devices,
      carried: { [CHILD]: GATEWAY, ...carried },
      entry: { parts: [{ kind: 'gateway', params: { bus: BUSES[bus] } }] },
      commands: null,
      ops: [OPS],
    });
  }

  brought(t: number, n = N): this {
    return this.#tell('gateway/brought', t, { child: CHILD, stream: COMMAND, n, bytes: 20 });
  }

  given(t: number, n = N): this {
    this.story.add('received', t, { device: CHILD, stream: COMMAND, n, hash: 1, flags: 1 });
    return this;
  }

  letGo(t: number, why = 'held-too-long', n = N): this {
    this.story.add('let-go', t, { device: CHILD, stream: COMMAND, n, why });
    return this.#about(t);
  }

  took(t: number, n = N): this {
    return this.#tell('gateway/took', t, { child: CHILD, stream: 0, n, bytes: 20 });
  }

  /** Its other gateway heard it. */
  tookElsewhere(t: number, n = N): this {
    const fields = { device: OTHER, child: CHILD, stream: 0, n, bytes: 20 };
    this.story.add('gateway/took', t, fields);
    return this.#about(t);
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, ...fields });
    return this.#about(t);
  }

  /** Both are what the story is about. */
  #about(t: number): this {
    for (const device of [GATEWAY, CHILD]) {
      this.story.add('state', t, { device, state: 'power.on' });
    }
    return this;
  }
}

function twoGateways(): Told {
  const told = new Told('sleepy', 4, { [BESIDE]: OTHER });
  const { plan } = told.story;
  // Who carries whom is looked up once for a roster.
  plan.devices = plan.devices.map((row, at) => (at === CHILD ? { ...row, fallBack: OTHER } : row));
  return told;
}

/** Its child has no power, or is asleep, from then on. */
const away = (told: Told, t: number, state = 'power.off'): Told => {
  told.story.add('state', t, { device: CHILD, state });
  return told;
};

const line = (): Told => new Told('polled');
const mesh = (): Told => new Told('sleepy');
const air = (): Told => new Told('lorawan');

const gatewayDownlinks: CheckerFixtures = {
  passing: {
    'it is given when the child wakes': () => mesh().brought(8000).given(10_000).story,
    'or when the child speaks': () => mesh().brought(6000).took(7500).given(7500).story,
    'who leans on its gateway has a turn before it': () => {
      const { story } = twoGateways();
      const letter = { child: BESIDE, stream: COMMAND, n: N, bytes: 20 };
      story.add('gateway/brought', 12_000, { device: OTHER, ...letter });
      const given = { device: BESIDE, stream: COMMAND, n: N, hash: 1, flags: 1 };
      return story.add('received', 12_510, given);
    },
    'it is let go when it is too old': () => mesh().brought(6000).letGo(9000).story,
    'on LoRaWAN one second after a packet': () =>
      air()
        .brought(6000)
        .took(7000)
        .given(8000 + ON_AIR_MS).story,
    'or two': () =>
      air()
        .took(7000)
        .brought(8500)
        .given(9000 + ON_AIR_MS).story,
    'packets are a hundred times their length apart': () =>
      air().took(7000).took(14_300, 202).story,
    'it is let go where the child is off': () =>
      away(mesh().brought(6000), 7000).letGo(10_000, 'not-there').story,
    'or falls asleep in that moment': () =>
      away(line().brought(6000).letGo(9000, 'not-there'), 9100, 'connection.sleeping').story,
    'and given once it is there again': () =>
      away(line(), 5000).letGo(6000, 'not-there').given(9000, 202).story,
    'what no packet holds is let go': () => air().brought(6000).letGo(6000, 'run-ended').story,
  },
  failing: {
    'it is given in its sleep': () => mesh().brought(6000).given(7000).story,
    'it is given when the child spoke to another': () =>
      twoGateways().brought(6000).tookElsewhere(7000).given(7000).story,
    'it is too old': () => mesh().brought(6000).given(10_000).story,
    'it is let go as if the child were not there': () =>
      mesh().brought(6000).letGo(10_000, 'not-there').story,
    'and on a line where it always listens': () =>
      line().brought(6000).letGo(9000, 'not-there').story,
    'and once it is back': () => {
      const told = away(line(), 5000).letGo(6000, 'not-there');
      told.story.add('state', 7000, { device: CHILD, state: 'power.on' });
      return told.letGo(9000, 'not-there', 202).story;
    },
    'it is let go early': () => mesh().brought(6000).letGo(7000).story,
    'the child spoke, and it was not given': () =>
      mesh().brought(6000).took(7500).letGo(9000).story,
    'on LoRaWAN between the windows': () => air().brought(6000).took(7000).given(8500).story,
    'on LoRaWAN without any packet': () => air().brought(6000).given(7000).story,
    'two after one packet': () =>
      air()
        .brought(6000)
        .brought(6100, 202)
        .took(7000)
        .given(8000 + ON_AIR_MS)
        .given(9000 + ON_AIR_MS, 202).story,
    'a packet comes too soon': () => air().took(7000).took(9000, 202).story,
    'what fits is let go as too long': () => air().brought(6000).letGo(6000, 'too-long').story,
    'nothing is given after two packets': () =>
      air().brought(6000).took(7000).took(15_000, 202).story,
  },
  undecided: {
    'we stood still ourselves': () => {
      const { story } = mesh().brought(6000).given(7000);
      return story.add('stall', 8000, { us: 2_000_000, outside: false, process: 'shard-0' });
    },
  },
};

export default { 'gateway-downlinks': gatewayDownlinks };
