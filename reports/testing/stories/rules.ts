/** Stories about one device under one rule: too high for two seconds, and over when it is low. */
import { type FaultPlan, type Plan, RULE_OPS, type RulePlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import {
  about,
  DRAINED,
  faultPlan,
  hashFor,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellCame,
  tellFault,
} from '../story.ts';

const DEVICE = 0;
const READ = DRAINED + 200;
const BEGAN = 3000;
const RULE: RulePlan = {
  ...{ name: 'high', of: '', at: 2900, when: 'level > 5.0', clear: 'level < 2.0' },
  ...{ forMs: 2000, clearForMs: 0, deadlineMs: 500 },
  ...{ per: 'device', terms: [], window: null, silentMs: 0, changes: [] },
};

const RAISED = { since: 5000, at: 7000, raised: 7045, cleared: 9000 };

class Ruled {
  readonly story: Story;
  readonly subject: string;
  #n = 0;

  constructor(late = 0, faults: FaultPlan[] = [], setting: Partial<Setting> = {}) {
    const workflows = [{ workflow: 'rules', session: 'rules', resolved: RULE }];
    this.story = healthy({
      devices: 1,
      workflows: workflows as unknown as Plan['workflows'],
      ops: [RULE_OPS],
      faults,
      ...setting,
    });
    for (const { id } of faults) tellFault(this.story, id);
    this.subject = this.story.plan.devices[DEVICE]?.id ?? '';
    const version = { device: -1, rule: RULE.name, version: 1 };
    this.story.add('rules/asked', BEGAN - 2, version);
    this.story.add('rules/answered', BEGAN + 2, { ...version, status: 200 });
    this.story.add('rules/began', READ, { ...version, from: BEGAN });
    this.story.add('rules/heard', READ, { device: DEVICE, late, ahead: 0 });
    this.story.add('rules/whole', READ + 1, { device: DEVICE });
  }

  /** It is sent once more. */
  again(n: number, t = 9950): this {
    const message = { device: DEVICE, stream: TELEMETRY, n, hash: hashFor(DEVICE, TELEMETRY, n) };
    this.story.add('sent', t, { ...message, late: 1000, flags: 1 });
    return this;
  }

  /** And was not answered before. */
  againUnanswered(n: number): this {
    this.story.change(about('acked', DEVICE, TELEMETRY, n), () => ({ t: BEGAN + 60 }));
    return this.again(n, BEGAN + 20);
  }

  /** One for each second, from the fourth on; each comes 40 ms later. */
  reads(...levels: number[]): this {
    for (const level of levels) {
      const at = 4000 + 1000 * this.#n;
      this.came(level, at, at + 40);
    }
    return this;
  }

  came(level: number, at: number, received: number): this {
    const values = JSON.stringify({ level });
    const n = this.#n++;
    tellCame(this.story, DEVICE, n, received);
    return this.lists(n, at, received, values);
  }

  /** So the target has it, it says. */
  lists(n: number, at: number, received: number, values: string): this {
    this.story.add('rules/input', READ, { device: DEVICE, n, at, received, values });
    return this;
  }

  /** As it came, and listed with another time. */
  cameAs(level: number, at: number, came: number, received: number): this {
    const n = this.#n++;
    tellCame(this.story, DEVICE, n, came);
    return this.lists(n, at, received, JSON.stringify({ level }));
  }

  alarm(since: number, at: number, cleared = 0, raised = at + 45): this {
    return this.alarmOf(RULE.name, this.subject, { since, at, raised, cleared });
  }

  alarmOf(rule: string, subject: string, times: Record<string, number>): this {
    this.story.add('rules/alarm', READ, { device: DEVICE, rule, subject, ...times });
    return this;
  }
}

const SLOW = [
  faultPlan('f', {
    ...{ fault: 'slow-store', acts: 'inside', from: 6000, to: 12_000 },
    inside: { commitMs: 100, writeMs: 0 },
  }),
];

/** What rules look at comes through the other one, which packs it again. */
const CARRIED = { devices: 2, carried: { [DEVICE]: 1 } };

/** Away, from half a second after it is due where nothing else is said. */
const AWAY = (from = 7540): FaultPlan[] => [
  faultPlan('f', { fault: 'broker-pause', acts: 'target', from, to: 9000, devices: [] }),
];

const stalled = (story: Story, at: number): Story =>
  story.add('stall', at, { us: 150_000, outside: false, process: 'shard-0' });

/** High at 5, 6 and 7 s, trembling at 8 s, low at 9 s. */
const once = (late = 0, faults: FaultPlan[] = []): Ruled =>
  new Ruled(late, faults).reads(1, 6, 7, 8, 4, 1);
const bent = (told: Ruled, bend: (told: Ruled) => Ruled): Story => {
  told.story.fine();
  return bend(told).story;
};

/** High at 1 s, before the rule is asked for, and sent again after it; then from 5 to 7 s. */
const before = (): Ruled => new Ruled().came(6, 1000, 1040).reads(6, 6, 6, 1).againUnanswered(0);

const exactlyOnce: CheckerFixtures = {
  passing: {
    'what came before the rule is sent again, and is no news': () =>
      before().alarm(5000, 7000, 8000).story.fine(),
    'it is high for long enough, and over': () => once().alarm(5000, 7000, 9000).story.fine(),
    'one stands at the end': () => new Ruled().reads(6, 6, 6, 4).alarm(4000, 6000).story.fine(),
    'one comes after a later one, and changes nothing': () =>
      once(1).came(9, 8500, 9900).alarm(5000, 7000, 9000).story.fine(),
    'it is never high for long enough, and nothing is raised': () =>
      new Ruled().reads(1, 6, 4, 6, 1).story.fine(),
    'what came before the rule is none of its business': () =>
      new Ruled().came(9, 1000, 1040).reads(6, 6, 1, 6, 6, 6).alarm(8000, 10_000).story.fine(),
  },
  failing: {
    'its device is not on the list, and that is read to its end': () =>
      once()
        .alarm(5000, 7000, 9000)
        .story.fine()
        .drop(({ op }) => op === 'rules/heard' || op === 'rules/alarm'),
    'it is not raised': () =>
      once()
        .alarm(5000, 7000, 9000)
        .story.fine()
        .drop(({ op }) => op === 'rules/alarm'),
    'it is not raised, and its device is not among those that are listed': () =>
      new Ruled(0, [], { devices: 2 })
        .reads(1, 6, 7, 8, 4, 1)
        .alarm(5000, 7000, 9000)
        .story.add('rules/heard', READ, { device: 1, late: 0, ahead: 0 })
        .add('rules/whole', READ + 1, { device: 1 })
        .fine()
        .drop(
          ({ op, fields }) =>
            op === 'rules/alarm' || (op === 'rules/heard' && fields.device === DEVICE),
        ),
    'it is raised twice': () =>
      bent(once().alarm(5000, 7000, 9000), (told) => told.alarm(5000, 7000, 9000)),
    'it is raised three times, and one is told of once': () =>
      bent(once().alarm(5000, 7000, 9000), (told) =>
        told.alarm(5000, 7000, 9000).alarm(5000, 7000, 0, 7100),
      ),
    'it is raised for nothing': () =>
      bent(new Ruled().reads(1, 6, 7, 1), (told) => told.alarm(5000, 6000)),
    'it is raised too early': () => bent(once(), (told) => told.alarm(5000, 6000, 9000)),
    'it goes by what came before the rule, and was not sent again': () =>
      bent(new Ruled().came(6, 1000, 1040).reads(6, 6, 6, 1), (told) =>
        told.alarm(1000, 5000, 8000),
      ),
    'what came before the rule is sent again, and neither way it is due then': () =>
      bent(before(), (told) => told.alarm(1000, 6000, 8000)),
    'it is cleared too early': () => bent(once(), (told) => told.alarm(5000, 7000, 8000)),
    'it is never cleared': () => bent(once(), (told) => told.alarm(5000, 7000)),
    'it is of a rule that nobody made': () =>
      bent(once().alarm(5000, 7000, 9000), (told) => told.alarmOf('low', told.subject, RAISED)),
    'it is of a device that the rule is not over': () =>
      bent(once().alarm(5000, 7000, 9000), (told) => told.alarmOf('high', 'nobody', RAISED)),
  },
  undecided: {
    'not all of it was read': () => once().story.drop(({ op }) => op === 'rules/whole'),
    'neither what it has of the device nor the device is listed': () =>
      new Ruled().story.drop(({ op }) => op === 'rules/heard'),
    'nobody says since when it is': () =>
      once()
        .alarm(5000, 7000, 9000)
        .story.drop(({ op }) => op === 'rules/began'),
    'nobody can say how far its clock is off': () =>
      once()
        .alarm(5000, 7000, 9000)
        .story.drop(({ op }) => op === 'rules/asked'),
    'nothing came that it could look at': () => new Ruled().story,
    'it goes by what came before the rule, and was sent again': () =>
      before().alarm(1000, 5000, 8000).story,
  },
};

const deadline: CheckerFixtures = {
  passing: {
    'it comes at the last moment': () => once().alarm(5000, 7000, 9000, 7540).story.fine(),
    'it comes later by two commits of a slow disk': () =>
      once(0, SLOW).alarm(5000, 7000, 9000, 7740).story.fine(),
    'we stood still for as long': () =>
      stalled(once().alarm(5000, 7000, 9000, 7690).story, 7600).fine(),
    'the target was away, and has its time again': () =>
      once(0, AWAY()).alarm(5000, 7000, 9000, 9500).story.fine(),
    'it comes once more, and later': () =>
      once().alarm(5000, 7000, 9000).alarm(5000, 7000, 0, 9000).story.fine(),
  },
  failing: {
    'what makes it due is listed as come later than it was acknowledged': () =>
      bent(new Ruled().reads(1, 6, 7), (told) =>
        told.cameAs(8, 7000, 7040, 8000).alarm(5000, 7000, 0, 8050),
      ),
    'it comes a moment later': () => bent(once(), (told) => told.alarm(5000, 7000, 9000, 7541)),
    'it comes later than a slow disk makes it': () =>
      bent(once(0, SLOW), (told) => told.alarm(5000, 7000, 9000, 7741)),
    'we stood still for less': () =>
      bent(once(), (told) => {
        stalled(told.story, 7600);
        return told.alarm(5000, 7000, 9000, 7700);
      }),
    'we stood still for a moment, long after it was late': () =>
      bent(once(), (told) => {
        stalled(told.story, 15_000);
        return told.alarm(5000, 7000, 9000, 15_040);
      }),
    'the target was away, and had its time again': () =>
      bent(once(0, AWAY()), (told) => told.alarm(5000, 7000, 9000, 9510)),
    'the target was away when it was late already': () =>
      bent(once(0, AWAY(7550)), (told) => told.alarm(5000, 7000, 9000, 9100)),
    'it comes long before it is due': () =>
      bent(once(), (told) => told.alarm(5000, 7000, 9000, 5000)),
  },
  undecided: {
    'it has no time': () => once().alarm(5000, 7000, 9000, 0).story,
    'nobody says since when it is': () =>
      once()
        .alarm(5000, 7000, 9000)
        .story.drop(({ op }) => op === 'rules/began'),
  },
};

const robust: CheckerFixtures = {
  passing: {
    'one comes after a later one, and is counted': () => once(1).came(9, 8500, 9900).story.fine(),
    'neither is its device on the list, nor anything of it to count': () =>
      once()
        .story.fine()
        .drop(({ op }) => op === 'rules/heard'),
    'one is sent twice, and counted twice': () => once(2).came(9, 8500, 9900).again(6).story.fine(),
  },
  failing: {
    'one comes after a later one, and is not counted': () =>
      bent(once(), (told) => told.came(9, 8500, 9900)),
    'more are counted than came': () =>
      bent(new Ruled(2).reads(1, 6), (told) => told.came(1, 4500, 9000)),
    'one comes after a later one, and its device is not on the list': () =>
      once()
        .came(9, 8500, 9900)
        .story.fine()
        .drop(({ op }) => op === 'rules/heard'),
    'one that was acknowledged before is counted as if it came late': () =>
      bent(new Ruled(1).reads(1, 6), (told) =>
        told.cameAs(7, 5500, 5540, 9000).came(1, 6000, 6040),
      ),
    'one is of a time to come, and is not counted': () =>
      bent(once(), (told) => told.came(9, 3_600_000, 9900)),
  },
  undecided: {
    'not all of it was read': () => once().story.drop(({ op }) => op === 'rules/whole'),
    'more are counted than came, and nobody knows how often a gateway sent them': () =>
      new Ruled(2, [], CARRIED)
        .reads(1, 6)
        .came(1, 4500, 9000)
        .story.add('rules/whole', READ + 1, { device: 1 }),
  },
};

export default {
  'rule-exactly-once': exactlyOnce,
  'rule-deadline': deadline,
  'clock-robust': robust,
};
