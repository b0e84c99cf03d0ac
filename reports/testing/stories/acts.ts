/**
 * Stories about one device under one rule, from whose alarms something follows: it is cooled when
 * the alarm is raised, and warmed when that is cleared.
 */
import { ACT_OPS, ACT_TRUTHS, type ActPlan, type Plan, RULE_OPS, type RulePlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, faultPlan, healthy, type Story, tellCame, tellFault } from '../story.ts';

const DEVICE = 0;
const READ = DRAINED + 200;
const BEGAN = 3000;
const RULE: RulePlan = {
  ...{ name: 'high', of: '', at: 2900, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 0, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};
const NO_GUARD = { deadMs: 0, most: 0, overMs: 0, fleetMost: 0, fleetOverMs: 0 };
const COOL: ActPlan = {
  ...{ name: 'cool', rule: 'high', on: 'raised', does: { command: { name: 'heater', value: 0 } } },
  ...{ guard: { ...NO_GUARD, deadMs: 1000 }, at: 2900, stops: [] },
};
const WARM: ActPlan = {
  ...{ ...COOL, name: 'warm', on: 'cleared', does: { command: { name: 'heater', value: 1 } } },
};

/** Where it is told, from just before the first alarm on. */
const AWAY = faultPlan('away', {
  ...{ fault: 'broker-pause', acts: 'target', from: 4044, to: 10_000, devices: [] },
});

type Decided = Partial<Record<'act' | 'why' | 'by' | 'values' | 'key' | 'rule', string>> &
  Partial<Record<'version' | 'place' | 'decided', number>> & { done?: boolean };

class Acted {
  readonly story: Story;
  readonly subject: string;
  #n = 0;
  #place = 0;

  /** `gateway`: by which the device is carried, of such a part. `does`: instead of cooling it. */
  constructor(
    guard: Partial<ActPlan['guard']> = {},
    gateway: object | null = null,
    does: ActPlan['does'] = COOL.does,
  ) {
    const cool = { ...COOL, does, guard: { ...COOL.guard, ...guard } };
    const workflows = [RULE, cool, WARM].map((resolved, at) => {
      const workflow = at === 0 ? 'rules' : 'acts';
      return { workflow, session: workflow, resolved };
    });
    const parts = [
      { kind: 'gateway', params: gateway ?? {} },
    ] as unknown as Plan['entries'][0]['parts'];
    const behind = { devices: 2, carried: { [DEVICE]: 1 }, entry: { parts } };
    this.story = healthy({
      ...(gateway === null ? { devices: 1 } : behind),
      workflows: workflows as unknown as Plan['workflows'],
      ops: [RULE_OPS, ACT_OPS, ACT_TRUTHS],
      faults: [AWAY],
    });
    this.subject = this.story.plan.devices[DEVICE]?.id ?? '';
    const { story } = this;
    const version = { device: -1, rule: RULE.name, version: 1 };
    story.add('rules/asked', BEGAN - 2, version);
    story.add('rules/answered', BEGAN + 2, { ...version, status: 200 });
    story.add('rules/began', READ, { ...version, from: BEGAN });
    story.add('rules/heard', READ, { device: DEVICE, late: 0, ahead: 0 });
    story.add('rules/whole', READ + 1, { device: DEVICE });
    for (const act of ['cool', 'warm']) {
      story.add('acts/asked', BEGAN - 2, { device: -1, act });
      story.add('acts/answered', BEGAN + 2, { device: -1, act, status: 200 });
      story.add('acts/began', READ, { device: -1, act, from: BEGAN });
    }
    story.plan.devices.forEach((_, device) => {
      story.add('acts/whole', READ + 1, { device });
    });
  }

  /** High from the fourth second on for so many, then low, each time; one reading a second. */
  highs(...spans: number[]): this {
    for (const span of spans) {
      const since = this.#now;
      for (let k = 0; k < span; k++) this.#reads(6);
      const over = this.#now;
      this.#reads(1);
      this.#alarm(since, over);
    }
    return this;
  }

  #alarm(at: number, cleared: number): void {
    const whose = { device: DEVICE, rule: RULE.name, subject: this.subject };
    this.story.add('rules/alarm', READ, { ...whose, since: at, at, raised: at + 45, cleared });
  }

  get #now(): number {
    return 4000 + 1000 * this.#n;
  }

  #reads(level: number): void {
    const [at, values] = [this.#now, JSON.stringify({ level })];
    const said = { device: DEVICE, n: this.#n++, at, received: at + 40, values };
    tellCame(this.story, DEVICE, said.n, said.received);
    this.story.add('rules/input', READ, said);
  }

  /** Of the moment of a reading; done, where nothing else is said. */
  cooled(at: number, said: Decided = {}): this {
    return this.#decided('cool', at, 6, said);
  }

  warmed(at: number, said: Decided = {}): this {
    return this.#decided('warm', at, 1, said);
  }

  #decided(act: string, at: number, level: number, said: Decided): this {
    const { why = '' } = said;
    const key = said.key ?? `${act}/${at}`;
    const told = { act, rule: RULE.name, version: 1, subject: this.subject, at };
    const outcome = { decided: at + 45, done: why === '', why, by: '', key };
    const values = JSON.stringify({ level });
    const row = { device: DEVICE, place: this.#place++, ...told, ...outcome, values, ...said };
    this.story.add('acts/decided', READ, row);
    return this;
  }

  /** It comes so often to its device, and is obeyed the first time. */
  obeyed(act: string, at: number, times = 1): this {
    const key = `${act}/${at}`;
    for (let k = 0; k < times; k++) {
      const heard = { device: DEVICE, n: k, key, again: k > 0 };
      this.story.add('acts/heard', at + 100 * (k + 1), heard);
    }
    return this.effect(key, at, act === 'cool' ? '0' : '1').answer(key);
  }

  effect(key: string, at: number, value = '0'): this {
    const told = { device: DEVICE, n: 0, key, name: 'heater', value, done: true };
    this.story.add('acts/effect', at + 100, told);
    return this;
  }

  /** It went down, the target says. */
  sent(key: string, sent: number): this {
    this.story.add('acts/sent', READ, { device: DEVICE, key, n: 0, sent });
    return this;
  }

  /** It went down so often, so long after one another, before it was obeyed. */
  sentOften(key: string, from: number, times: number, everyMs: number): this {
    for (let k = 0; k < times; k++) {
      const at = from + k * everyMs;
      this.story.add('acts/sent', READ, { device: DEVICE, key, n: k, sent: at });
    }
    return this;
  }

  /** The target was away for six seconds, from just before the first alarm. */
  away(): this {
    tellFault(this.story, AWAY.id);
    return this;
  }

  /** Its device is connected for so long at a time, and then away for a second. */
  comesAndGoes(everyMs: number): this {
    for (let t = 4500, attempt = 1; t < READ - 2000; t += everyMs, attempt++) {
      this.story.add('offline', t, { device: DEVICE, why: 'socket-closed' });
      this.story.add('connect', t + 900, { device: DEVICE, attempt, will: 0 });
      this.story.add('online', t + 1000, { device: DEVICE, present: true });
    }
    return this;
  }

  answer(key: string, done = true): this {
    this.story.add('acts/outcome', READ, { device: DEVICE, key, done, answered: 9999 });
    return this;
  }

  /** The operator stops it, and nobody answers. */
  unheard(at: number): this {
    this.story.add('acts/told', at, { device: -1, on: false });
    this.story.add('acts/took', at + 10, { device: -1, on: false, status: 0, at: 0 });
    return this;
  }

  stopped(from: number, to: number): this {
    for (const [on, at] of [
      [false, from],
      [true, to],
    ] as const) {
      this.story.add('acts/told', at, { device: -1, on });
      this.story.add('acts/took', at + 10, { device: -1, on, status: 200, at: at + 5 });
    }
    return this;
  }
}

/** Raised at 4 s and cleared at 6 s; what follows is done and obeyed. */
const once = (guard: Partial<ActPlan['guard']> = {}): Acted =>
  new Acted(guard).highs(2).cooled(4000).warmed(6000).obeyed('cool', 4000).obeyed('warm', 6000);

/** And again at 7 s, for a second. */
const twice = (guard: Partial<ActPlan['guard']> = {}): Acted =>
  new Acted(guard).highs(2, 1).cooled(4000).warmed(6000);

const bent = (told: Acted, bend: (told: Acted) => unknown): Story => {
  told.story.fine();
  bend(told);
  return told.story;
};
const isWhole = ({ op }: { op: string }): boolean => op === 'acts/whole';

const actsOnce: CheckerFixtures = {
  passing: {
    'each has what follows from it': () => once().story.fine(),
    'one is held': () => twice().cooled(7000, { why: 'dead time' }).warmed(8000).story.fine(),
    'one is decided just in time': () =>
      new Acted().highs(2).cooled(4000, { decided: 6040 }).warmed(6000).story.fine(),
    'one is decided late by as much as the target was away': () =>
      new Acted().highs(2).away().cooled(4000, { decided: 11_500 }).warmed(6000).story.fine(),
    'one that is held bears the key of one that was done': () =>
      twice().cooled(7000, { key: 'cool/4000', why: 'dead time' }).warmed(8000).story.fine(),
  },
  failing: {
    'one is decided long after its alarm': () =>
      bent(new Acted().highs(2).warmed(6000), (told) => told.cooled(4000, { decided: 6060 })),
    'one is decided longer after its alarm than the target was away': () =>
      bent(new Acted().highs(2).away().warmed(6000), (told) =>
        told.cooled(4000, { decided: 12_100 }),
      ),
    'two bear the same key': () =>
      bent(twice().warmed(8000), (told) => told.cooled(7000, { key: 'cool/4000' })),
    'two acts bear the same key': () =>
      bent(new Acted().highs(2).cooled(4000), (told) => told.warmed(6000, { key: 'cool/4000' })),
    'nothing follows from one': () =>
      once()
        .story.fine()
        .drop(({ op, fields }) => op === 'acts/decided' && fields.act === 'warm'),
    'something follows twice': () =>
      bent(once(), (told) => told.cooled(4000, { key: 'again', decided: 5000 })),
    'something follows from nothing': () => bent(once(), (told) => told.cooled(5000)),
    'it is of an act that nobody asked for': () =>
      bent(once(), (told) => told.cooled(4000, { act: 'dim', key: 'dim' })),
    'it names other values': () =>
      bent(new Acted().highs(2).warmed(6000), (told) =>
        told.cooled(4000, { values: '{"level":7}' }),
      ),
    'it names a version that there is none of': () =>
      bent(new Acted().highs(2).warmed(6000), (told) => told.cooled(4000, { version: 2 })),
  },
  undecided: {
    'not all of it was read': () => once().story.drop(isWhole),
    'nobody says since when it is done': () => once().story.drop(({ op }) => op === 'acts/began'),
    'nothing follows from the end of one, and nobody can say when that was': () =>
      new Acted()
        .highs(2)
        .cooled(4000)
        .story.drop(({ op, fields }) => op === 'rules/input' && fields.n === 2),
    'something follows late from the end of one': () =>
      new Acted().highs(2).cooled(4000).warmed(6000, { decided: 8600 }).story,
    'the reading by which something follows was cut': () =>
      new Acted()
        .highs(2)
        .cooled(4000, { values: '{"level":7}' })
        .story.change(
          ({ op, fields }) => op === 'rules/input' && fields.n === 0,
          ({ fields }) => ({ fields: { ...fields, values: '{"level":6' } }),
        ),
  },
};

const refused = (does: ActPlan['does']): Story =>
  bent(new Acted({}, null, does).highs(2).warmed(6000), (told) =>
    told.cooled(4000, { why: 'refused' }),
  );

const guardHeld: CheckerFixtures = {
  passing: {
    'nothing holds it': () => once().story.fine(),
    'its last time is too near': () =>
      new Acted({ deadMs: 3001 })
        .highs(2, 1)
        .cooled(4000)
        .warmed(6000, { why: 'conflict', by: 'cool' })
        .cooled(7000, { why: 'dead time' })
        .warmed(8000)
        .story.fine(),
    'its last time is just far enough': () => twice({ deadMs: 2000 }).cooled(7000).story.fine(),
    'it was done as often as it may be': () =>
      twice({ most: 1, overMs: 9000 }).cooled(7000, { why: 'rate' }).story.fine(),
    'all were done as often as they may be': () =>
      twice({ fleetMost: 1, fleetOverMs: 9000 }).cooled(7000, { why: 'fleet rate' }).story.fine(),
    'a campaign refuses to be held': () =>
      new Acted({}, null, { pause: 'spring' })
        .highs(2)
        .cooled(4000, { why: 'refused' })
        .warmed(6000)
        .story.fine(),
    'the operator has stopped it': () =>
      twice().stopped(6500, 7500).cooled(7000, { why: 'stopped' }).warmed(8000).story.fine(),
  },
  failing: {
    'it is done in its dead time, and nobody knows whether it was stopped': () =>
      bent(twice({ deadMs: 3001 }).unheard(6500), (told) => told.cooled(7000)),
    'it is done in its dead time': () => bent(twice({ deadMs: 3001 }), (told) => told.cooled(7000)),
    'it is done against one that keeps it': () =>
      bent(new Acted({ deadMs: 2001 }).highs(2).cooled(4000), (told) => told.warmed(6000)),
    'it is done more often than it may be': () =>
      bent(twice({ most: 1, overMs: 9000 }), (told) => told.cooled(7000)),
    'it is done more often than all may': () =>
      bent(twice({ fleetMost: 1, fleetOverMs: 3001 }), (told) => told.cooled(7000)),
    'it is done while all is stopped': () =>
      bent(twice().stopped(6500, 7500), (told) => told.cooled(7000)),
    'it is held, and nothing held it': () =>
      bent(twice(), (told) => told.cooled(7000, { why: 'rate' })),
    'it is held as stopped, and nobody stopped it': () =>
      bent(twice().stopped(5000, 5500), (told) => told.cooled(7000, { why: 'stopped' })),
    'it is held by one that keeps nothing': () =>
      bent(new Acted({ deadMs: 2001 }).highs(2).cooled(4000), (told) =>
        told.warmed(6000, { why: 'conflict', by: 'tune' }),
      ),
    'it is held for what is no reason': () =>
      bent(twice(), (told) => told.cooled(7000, { why: 'tired' })),
    'a command is held as refused': () =>
      bent(twice(), (told) => told.cooled(7000, { why: 'refused' })),
    'a change of a twin is held as refused': () => refused({ twin: { heater: 0 } }),
    'what somebody outside is to be told is held as refused': () =>
      refused({ webhook: { host: '127.0.0.1', port: 0, path: '/', token: '', downs: [] } }),
  },
  undecided: {
    'not all of it was read': () => once().story.drop(isWhole),
    'it is decided in the instant in which it is stopped': () =>
      twice().stopped(7040, 7500).cooled(7000).warmed(8000).story,
    'it is done, and nobody knows whether it was stopped': () =>
      twice().unheard(6500).cooled(7000).warmed(8000).story,
    'it is held as stopped, and nobody knows whether it was': () =>
      twice().unheard(6500).cooled(7000, { why: 'stopped' }).warmed(8000).story,
  },
};

const behind = (gateway: object = {}): Acted =>
  new Acted({}, gateway).highs(2).cooled(4000).obeyed('cool', 4000);

const effectOnce: CheckerFixtures = {
  passing: {
    'each is obeyed once': () => once().story.fine(),
    'one comes three times': () =>
      new Acted().highs(2).cooled(4000).obeyed('cool', 4000, 3).story.fine(),
    'one is overtaken before it could go down': () =>
      new Acted().highs(2).cooled(4000).warmed(6000).obeyed('warm', 6000).story.fine(),
    'one never goes down to a device that is never there for long': () =>
      new Acted()
        .highs(2)
        .warmed(6000, { key: 'other', act: 'warm' })
        .cooled(4000)
        .obeyed('cool', 4000)
        .comesAndGoes(9000)
        .story.fine(),
    'one goes down just before its device is away, and never comes': () =>
      new Acted()
        .highs(2)
        .warmed(6000)
        .sent('warm/6000', 6045)
        .cooled(4000)
        .obeyed('cool', 4000)
        .comesAndGoes(3000)
        .story.fine(),
    'one goes down to a device on a bus, and has not come yet': () =>
      behind({ bus: {} }).warmed(6000).sent('warm/6000', 6045).story.fine(),
    'one goes down as often as it may': () =>
      new Acted()
        .highs(2)
        .cooled(4000)
        .sentOften('cool/4000', 4045, 6, 2500)
        .obeyed('cool', 4000)
        .story.fine(),
    'one is not answered': () =>
      once()
        .story.drop(({ op }) => op === 'acts/outcome')
        .fine(),
  },
  failing: {
    'one is decided, and never goes down to a device behind a gateway': () =>
      bent(behind(), (told) => told.warmed(6000)),
    'one goes down to a device behind a gateway, and never comes': () =>
      bent(behind(), (told) => told.warmed(6000).sent('warm/6000', 6045)),
    'one is decided, and never goes down': () =>
      bent(new Acted().highs(2).cooled(4000).obeyed('cool', 4000), (told) => told.warmed(6000)),
    'one goes down, and never comes': () =>
      bent(new Acted().highs(2).cooled(4000).obeyed('cool', 4000), (told) =>
        told.warmed(6000).sent('warm/6000', 6045),
      ),
    'one goes down three times in less than five seconds': () =>
      bent(once(), (told) => told.sentOften('cool/4000', 4045, 3, 2499)),
    'one goes down seven times': () =>
      bent(once(), (told) => told.sentOften('cool/4000', 4045, 7, 5000)),
    'one comes seven times under other numbers, and the target says nothing of that': () =>
      bent(new Acted().highs(2).cooled(4000), (told) => told.obeyed('cool', 4000, 7)),
    'one is obeyed twice': () => bent(once(), (told) => told.effect('cool/4000', 4300)),
    'one is obeyed that nobody decided': () => bent(once(), (told) => told.effect('odd', 5000)),
    'one is obeyed that was held': () =>
      bent(new Acted().highs(2).cooled(4000, { why: 'rate' }), (told) =>
        told.effect('cool/4000', 4000),
      ),
    'one says something else': () =>
      bent(new Acted().highs(2).cooled(4000), (told) => told.effect('cool/4000', 4000, '1')),
    'one comes, and is not obeyed': () =>
      once()
        .story.fine()
        .drop(({ op, fields }) => op === 'acts/effect' && fields.key === 'cool/4000'),
    'one is told as refused, and was obeyed': () =>
      bent(new Acted().highs(2).cooled(4000).effect('cool/4000', 4000), (told) =>
        told.answer('cool/4000', false),
      ),
  },
  undecided: {
    'one is obeyed, and not all decisions were read': () =>
      once().effect('odd', 5000).story.drop(isWhole),
  },
};

export default {
  'acts-once': actsOnce,
  'guard-held': guardHeld,
  'command-effect-once': effectOnce,
};
