/** Stories about a gateway that keeps the warmth of one child at 20, half a degree up and down. */
import { EDGE_OPS, TWIN_TRUTHS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { healthy, type Story } from '../story.ts';

const OPS = { ...EDGE_OPS, ...TWIN_TRUTHS };

const [GATEWAY, CHILD] = [0, 1];
const SETTING = 64;
const FACTORY = { setpoint: 20, hysteresis: 1 };
const TOLD = { setpoint: 30, hysteresis: 1 };

class Told {
  readonly story: Story;

  constructor(memory: 'flash' | 'ram' = 'flash') {
    const params = {
      ...{ reads: 'level', switches: 'heat', way: 'heats', ...FACTORY },
      ...{ reaction: 500, stale: 5000, memory },
    };
    this.story = healthy({
      devices: 2,
      carried: { [CHILD]: GATEWAY },
      entry: { parts: [{ kind: 'edge', params }] },
      workflows: [{ workflow: 'edge', session: 'edge', resolved: { settings: [TOLD] } }],
      ops: [OPS],
      streams: [
        {
          name: 'edge-setting',
          code: SETTING,
          way: 'down',
          from: 'operator',
          noun: 'setting',
          schedule: { by: 'rounds', firstAt: 0, everyMs: 0, devices: [] },
          arrives: 'device',
          qos: 1,
          retained: false,
          counted: true,
          measured: false,
          skips: [],
        },
      ],
    });
  }

  /** The reading that is due in this second; the child measures a moment after it begins. */
  read(second: number, value: number, on: boolean | null = null): this {
    const says = { value: String(value), on: on === null ? '' : String(on) };
    return this.#tell('edge/read', second * 1000 + 10, { child: CHILD, n: second - 1, ...says });
  }

  switched(t: number, second: number, on: boolean, by = FACTORY, done = true): this {
    const does = { n: second - 1, on, done, settings: JSON.stringify(by) };
    return this.#tell('edge/switched', t + 10, { child: CHILD, ...does });
  }

  /** It takes over what it is told from afar, or says so of something else. */
  told(t: number, says: object | null = TOLD): this {
    const fields = { device: GATEWAY, stream: SETTING, n: 0, hash: 1, flags: 1 };
    this.story.add('received', t, fields);
    return says === null ? this : this.set(t, says);
  }

  set(t: number, says: object, why = 'told'): this {
    return this.#tell('edge/set', t, { settings: JSON.stringify(says), why });
  }

  /** It is set by its twin, which holds that or something else. */
  twin(t: number, says: object, holds: object | null = says): this {
    this.set(t, says, 'set');
    if (holds === null) return this;
    const settings = JSON.stringify({ ...holds, other: 1 });
    const twin = { version: 1, settings, refused: '{}', why: 'taken over' };
    return this.#tell('twin/holds', t, twin);
  }

  reboots(t: number, says: object): this {
    this.story.add('offline', t, { device: GATEWAY, why: 'power-cut' });
    this.story.add('state', t, { device: GATEWAY, state: 'power.off' });
    this.story.add('boot', t + 100, { device: GATEWAY, epoch: 2, cause: 'power-on' });
    return this.set(t + 100, says);
  }

  childDown(t: number): this {
    this.story.add('state', t, { device: CHILD, state: 'power.off' });
    return this;
  }

  childUp(t: number): this {
    this.story.add('boot', t, { device: CHILD, epoch: 2, cause: 'power-on' });
    return this;
  }

  childRests(t: number, sleeps: boolean): this {
    const state = sleeps ? 'connection.sleeping' : 'connection.online';
    this.story.add('state', t, { device: CHILD, state });
    return this;
  }

  offline(t: number): this {
    this.story.add('offline', t, { device: GATEWAY, why: 'closed' });
    return this;
  }

  #tell(op: keyof typeof OPS, t: number, fields: object): this {
    this.story.add(op, t, { device: GATEWAY, ...fields });
    // The child, too, is what the story is about.
    if ('child' in fields) {
      this.story.add('state', t, { device: CHILD, state: 'power.on' });
    }
    return this;
  }
}

const edgeKept: CheckerFixtures = {
  passing: {
    'what is too cold is switched on, and off when it is too warm': () =>
      new Told().read(6, 19.4).switched(6000, 6, true).read(7, 20.6).switched(7000, 7, false).story,
    'a little later is in time': () => new Told().read(6, 19.4).switched(6400, 6, true).story,
    'without an uplink too': () =>
      new Told().offline(5500).read(6, 19.4).switched(6000, 6, true).story,
    'as it is told from afar': () =>
      new Told()
        .read(6, 20, false)
        .told(6500)
        .switched(6500, 6, true, TOLD)
        .read(7, 29, true)
        .read(8, 30.5, true)
        .switched(8000, 8, false, TOLD).story,
    'or as its twin is': () =>
      new Told()
        .read(6, 20, false)
        .twin(6500, TOLD)
        .switched(6500, 6, true, TOLD)
        .read(7, 20, true)
        .reboots(7500, TOLD).story,
    'who is down cannot obey, and is told again': () =>
      new Told()
        .childDown(5900)
        .read(6, 19.4)
        .switched(6000, 6, true, FACTORY, false)
        .childUp(6500)
        .read(7, 19.4)
        .switched(7000, 7, true).story,
    'and neither can who sleeps': () =>
      new Told()
        .childRests(5900, true)
        .read(6, 19.4)
        .switched(6000, 6, true, FACTORY, false)
        .childRests(6500, false)
        .read(7, 19.4)
        .switched(7000, 7, true).story,
    'after a boot as it was last told': () =>
      new Told().told(6000).reboots(6500, TOLD).read(7, 20).switched(7000, 7, true, TOLD).story,
    'or as it left the factory, where it keeps nothing': () =>
      new Told('ram').told(6000).reboots(6500, FACTORY).read(7, 19).switched(7000, 7, true).story,
  },
  failing: {
    'a child that is up does not do it': () =>
      new Told().read(6, 19.4).switched(6000, 6, true, FACTORY, false).story,
    'nor one that has come up again': () =>
      new Told().childDown(5000).childUp(5500).read(6, 19.4).switched(6000, 6, true, FACTORY, false)
        .story,
    'nor one that sleeps no longer': () =>
      new Told()
        .childRests(5000, true)
        .childRests(5500, false)
        .read(6, 19.4)
        .switched(6000, 6, true, FACTORY, false).story,
    'nothing is done': () => new Told().read(6, 19.4).story,
    'it is done too late': () => new Told().read(6, 19.4).switched(6600, 6, true).story,
    'nothing is done without an uplink': () => new Told().offline(5500).read(6, 19.4).story,
    'it switches for nothing': () => new Told().read(6, 20).switched(6000, 6, true).story,
    'it switches the wrong way': () => new Told().read(6, 19).switched(6000, 6, false).story,
    'the child is not as it was made': () =>
      new Told().read(6, 19, false).switched(6000, 6, true).read(7, 20, false).story,
    'it does not do as it was told': () =>
      new Told().told(5500, null).read(6, 19).switched(6000, 6, true).story,
    'it comes up otherwise than it was': () => new Told().told(6000).reboots(6500, FACTORY).story,
    'it is set otherwise than its twin': () => new Told().twin(6000, FACTORY, TOLD).story,
    'nobody set it so': () => new Told().twin(6000, TOLD, null).story,
    'it takes over something else': () =>
      new Told().told(6000, { setpoint: 31, hysteresis: 1 }).story,
  },
  undecided: { 'it hears nothing': () => new Told().story },
};

export default { 'edge-kept': edgeKept };
