/**
 * Stories about a child with two gateways under one rule, from whose alarms a command follows: from
 * 7 s to 16 s its own gateway has no power, and from 9 s on it speaks through the other one.
 */
import { ACT_OPS, ACT_TRUTHS, type ActPlan, GATEWAY_OPS, type Plan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { told } from '../fault-story.ts';
import { DRAINED, healthy, type Setting, type Story, TELEMETRY } from '../story.ts';

const [OWN, OTHER, CHILD] = [0, 1, 2];
const READ = DRAINED + 200;
const [FELL, SPEAKS, BACK, ALONE] = [7000, 9000, 16_000, 18_000];
const COOL: ActPlan = {
  ...{ name: 'cool', rule: 'high', on: 'raised', does: { command: { name: 'heater', value: 0 } } },
  ...{ guard: { deadMs: 0, most: 0, overMs: 0, fleetMost: 0, fleetOverMs: 0 }, at: 2900 },
  stops: [],
};

class Routed {
  readonly story: Story;
  #n = 0;
  #place = 0;

  constructor(fault: Parameters<typeof told>[0] | null = null, memory = 'flash') {
    const setting: Setting = {
      devices: 3,
      carried: { [CHILD]: OWN },
      entry: {
        parts: [
          { kind: 'gateway', params: {} },
          { kind: 'acts', params: { memory } },
        ],
        fallBack: { afterMs: SPEAKS - FELL, holdMs: 1000 },
      },
      workflows: [
        { workflow: 'acts', session: 'acts', resolved: COOL },
      ] as unknown as Plan['workflows'],
      ops: [GATEWAY_OPS, ACT_OPS, ACT_TRUTHS],
    };
    this.story = fault === null ? healthy(setting) : told(fault, setting);
    Object.assign(this.story.plan.devices[CHILD] ?? {}, { fallBack: OTHER });
    for (const device of [OWN, OTHER, CHILD]) this.#state(20, device, 'power.on');
    this.#state(FELL, OWN, 'power.off').#state(BACK, OWN, 'power.on');
    for (let t = 2000; t < 20_000; t += 1000) this.#speaks(t);
    this.story.add('acts/whole', READ + 1, { device: CHILD });
    for (const device of [OWN, OTHER]) this.story.add('acts/whole', READ + 1, { device });
  }

  /** Through whom it may; what is said before the other hears it nobody takes in. */
  #speaks(t: number): void {
    if (t < FELL || t >= BACK) this.#took(OWN, t);
    if (t >= SPEAKS && t < ALONE) this.#took(OTHER, t);
  }

  #took(device: number, t: number): void {
    const message = { child: CHILD, stream: TELEMETRY, n: t / 1000, bytes: 9 };
    this.story.add('gateway/took', t + 2, { device, ...message });
  }

  decided(at: number): this {
    const told = { act: 'cool', rule: 'high', version: 1, at, decided: at, why: '', by: '' };
    const subject = this.story.plan.devices[CHILD]?.id ?? '';
    const outcome = { done: true, values: '{}', key: `cool/${at}`, place: this.#place++ };
    this.story.add('acts/decided', READ, { device: CHILD, subject, ...told, ...outcome });
    return this;
  }

  /** It goes down, and comes when it does. */
  sent(key: number, t: number, by: number | null, comes: number | null = t + 10): this {
    const n = this.#n++;
    this.story.add('acts/sent', READ, { device: CHILD, key: `cool/${key}`, n, sent: t });
    const via = this.story.plan.devices[by ?? -1]?.id;
    if (via !== undefined) this.story.add('acts/routed', READ, { device: CHILD, n, via });
    if (comes === null) return this;
    const heard = { device: CHILD, n, key: `cool/${key}`, again: false };
    this.story.add('acts/heard', comes, heard);
    return this;
  }

  /** It comes down once more, since nobody acknowledged it. */
  again(key: number, n: number, t: number): this {
    this.story.add('acts/heard', t, { device: CHILD, n, key: `cool/${key}`, again: true });
    return this;
  }

  booted(t: number): this {
    this.story.add('boot', t, { device: CHILD, epoch: 2, cause: 'power-on' });
    return this;
  }

  obeyed(key: number, n: number, t: number): this {
    const effect = { n, key: `cool/${key}`, name: 'heater', value: '0', done: true };
    this.story.add('acts/effect', t, { device: CHILD, ...effect });
    return this;
  }

  answered(key: number, at: number): this {
    const told = { device: CHILD, key: `cool/${key}`, done: true, answered: at };
    this.story.add('acts/outcome', READ, told);
    return this;
  }

  #state(t: number, device: number, state: string): this {
    this.story.add('state', t, { device, state });
    return this;
  }
}

/** Decided while its own is away and nobody hears it, and sent by the other one when that does. */
const healed = (): Routed =>
  new Routed().decided(7500).sent(7500, 7500, OWN, null).sent(7500, 12_500, OTHER);

const bent = (told: Routed, bend: (told: Routed) => unknown): Story => {
  told.story.fine();
  bend(told);
  return told.story;
};

const rerouted: CheckerFixtures = {
  passing: {
    'it is sent again by the other one': () => healed().story.fine(),
    'it goes by the one that hears it, from the first': () =>
      new Routed()
        .decided(5000)
        .sent(5000, 5000, OWN)
        .answered(5000, 5010)
        .decided(13_500)
        .sent(13_500, 13_500, OTHER)
        .decided(19_500)
        .sent(19_500, 19_500, OWN)
        .story.fine(),
    'a newer one makes it needless': () =>
      new Routed()
        .decided(7500)
        .sent(7500, 7500, OWN, null)
        .decided(11_500)
        .sent(11_500, 11_500, OTHER)
        .answered(11_500, 11_510)
        .story.fine(),
    'it comes in time, and again much later': () => healed().again(7500, 1, 19_500).story.fine(),
    'the other one falls as it is sent, and brings it when it is back': () =>
      new Routed({ devices: [OTHER], from: 11_510, to: 13_000 })
        .decided(7500)
        .sent(7500, 7500, OWN, null)
        .sent(7500, 11_500, OTHER, 17_500)
        .story.fine(),
    'the device falls as it is sent, and never has it': () =>
      new Routed({ devices: [CHILD], from: 11_510, to: 16_000 })
        .decided(7500)
        .sent(7500, 7500, OWN, null)
        .sent(7500, 11_500, OTHER, null)
        .story.fine(),
    'an older one is obeyed when a restart has made the device forget': () =>
      new Routed(null, 'ram')
        .decided(7500)
        .sent(7500, 7500, OWN, null)
        .sent(7500, 12_500, OTHER)
        .decided(13_500)
        .sent(13_500, 13_500, OTHER)
        .booted(15_000)
        .obeyed(13_500, 2, 13_510)
        .obeyed(7500, 0, 16_500)
        .story.fine(),
  },
  failing: {
    'it is decided before the other one hears it, and never sent': () =>
      bent(new Routed(), (told) => told.decided(7500)),
    'it is decided while the other one hears it, and never sent': () =>
      bent(new Routed(), (told) => told.decided(10_500)),
    'it is sent by its own, which is there, and never comes': () =>
      bent(new Routed(), (told) => told.decided(19_500).sent(19_500, 19_500, OWN, null)),
    'it is sent by the other as its own has lost its power, and never comes': () =>
      bent(
        new Routed({ devices: [OWN], from: FELL, to: BACK })
          .decided(7500)
          .sent(7500, 7500, OWN, null),
        (told) => told.sent(7500, 11_500, OTHER, null),
      ),
    'it is sent again by its own': () =>
      bent(new Routed().decided(7500).sent(7500, 7500, OWN, null), (told) =>
        told.sent(7500, 12_500, OWN, null),
      ),
    'it is not sent again': () =>
      bent(new Routed(), (told) => told.decided(7500).sent(7500, 7500, OWN, null)),
    'it is sent again by the other one, but late': () =>
      bent(new Routed().decided(7500).sent(7500, 7500, OWN, null), (told) =>
        told.sent(7500, 15_900, OTHER),
      ),
    'it is sent again by the other one when its own is back': () =>
      bent(new Routed().decided(7500).sent(7500, 7500, OWN, null), (told) =>
        told.sent(7500, 16_900, OTHER),
      ),
    'it goes by its own, which is away': () =>
      bent(new Routed(), (told) => told.decided(11_500).sent(11_500, 11_500, OWN, null)),
    'it goes by the other, long after its own is back': () =>
      bent(new Routed(), (told) => told.decided(19_500).sent(19_500, 19_500, OTHER)),
    'it goes by another than the two': () =>
      bent(new Routed(), (told) => told.decided(11_500).sent(11_500, 11_500, CHILD)),
    'it is sent by the other, and never comes': () =>
      bent(new Routed().decided(7500).sent(7500, 7500, OWN, null), (told) =>
        told.sent(7500, 11_500, OTHER, null),
      ),
    'it is sent by the other, and comes much later': () =>
      bent(new Routed().decided(7500).sent(7500, 7500, OWN, null), (told) =>
        told.sent(7500, 11_500, OTHER, 19_000),
      ),
    'an older one comes later and is obeyed': () =>
      bent(healed().decided(13_500).sent(13_500, 13_500, OTHER), (told) =>
        told.obeyed(13_500, 2, 13_510).obeyed(7500, 0, 16_500),
      ),
    'an older one is obeyed after a restart that keeps what it knows': () =>
      bent(healed().decided(13_500).sent(13_500, 13_500, OTHER).booted(15_000), (told) =>
        told.obeyed(13_500, 2, 13_510).obeyed(7500, 0, 16_500),
      ),
  },
  undecided: {
    'it is decided when its own is nearly back, and never sent': () =>
      new Routed().decided(13_500).story,
    'nobody says by which gateway it goes': () =>
      new Routed().decided(11_500).sent(11_500, 11_500, null).story,
    'not all of it was read': () => healed().story.drop(({ op }) => op === 'acts/whole'),
    'its other gateway has a fault': () =>
      new Routed({ devices: [OTHER], from: 9500, to: 13_000 })
        .decided(7500)
        .sent(7500, 7500, OWN, null).story,
    'its other gateway has a fault, and sends it late': () =>
      new Routed({ devices: [OTHER], from: 9500, to: 13_000 })
        .decided(7500)
        .sent(7500, 7500, OWN, null)
        .sent(7500, 15_900, OTHER).story,
  },
};

export default { rerouted };
