/** Stories about one alarm: it is raised, told, acknowledged, cleared, and lies on a shelf. */
import { ALARM_OPS, type AlarmPlan, type FaultPlan, type Plan, RULE_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, faultPlan, healthy, type Story, tellFault } from '../story.ts';

const DEVICE = 0;
const READ = DRAINED + 200;
const RULE = 'high';
const BOUNDS = { floodMore: 2, floodMs: 1000, chatterTimes: 3, chatterMs: 1000 };
const PLAN: AlarmPlan = {
  ...{ of: '', at: 2000, leastMs: 100, mostMs: 200, lookMs: 500, shelveMs: 1000 },
  ...{ acks: 1, shelves: 0, unshelves: 0, hasty: 0, bounds: { ...BOUNDS, shelveMostMs: 5000 } },
};

const BARE = { by: '', token: '', what: '', about: 0, until: 0, since: 0, moment: 0 };

class Alarmed {
  readonly story: Story;
  readonly subject: string;
  #place = 0;
  #number = 0;
  #since = 0;

  constructor(faults: FaultPlan[] = []) {
    const workflows = [{ workflow: 'alarms', session: 'alarms', resolved: PLAN }];
    this.story = healthy({
      devices: 1,
      workflows: workflows as unknown as Plan['workflows'],
      ops: [ALARM_OPS, RULE_OPS],
      faults,
    });
    for (const { id } of faults) tellFault(this.story, id);
    this.subject = this.story.plan.devices[DEVICE]?.id ?? '';
    const version = { device: -1, rule: RULE, version: 1 };
    this.story.add('rules/asked', 2998, version);
    this.story.add('rules/answered', 3002, { ...version, status: 200 });
    this.story.add('rules/began', READ, { ...version, from: 3000 });
    this.story.add('rules/heard', READ, { device: DEVICE, late: 0, ahead: 0 });
    this.story.add('alarms/bounds', READ, { device: -1, place: 0, ...BOUNDS });
    this.story.add('alarms/clock', READ, { device: -1, asked: READ - 1, now: READ });
    this.story.add('alarms/counted', READ, { device: -1 });
    this.story.add('alarms/whole', READ + 1, { device: DEVICE });
  }

  /** A row of its history. */
  row(event: string, at: number, more: Partial<typeof BARE> & { number?: number } = {}): this {
    const place = ++this.#place;
    const whose = { device: DEVICE, instance: 1, place, event, number: this.#number, at };
    if (event === 'raised') this.#since = more.since ?? 0;
    this.story.add('alarms/event', READ, { ...whose, ...BARE, ...more });
    return this;
  }

  /** Its rule raises it, and clears it unless that is 0. */
  ruled(at: number, cleared: number): this {
    const told = { since: at, at, raised: at, cleared };
    this.story.add('rules/alarm', READ, { device: DEVICE, rule: RULE, ...this.of, ...told });
    return this;
  }

  raised(at: number): this {
    this.#number++;
    return this.row('raised', at, { since: at, moment: at });
  }

  /** So often it was raised, by rows of its own. */
  counts(number: number): this {
    this.#number = number;
    return this;
  }

  /** By its row it has been so since it was raised so. */
  cleared(at: number, since = this.#since): this {
    return this.row('cleared', at, { since, moment: at });
  }

  told(at: number, about = this.#place): this {
    return this.row('annunciated', at, { about });
  }

  asked(what: string, at: number, token: string, status: number, forMs = 0): this {
    const number = what === 'ack' ? this.#number : 0;
    const whose = { device: DEVICE, instance: 1, what, token };
    this.story.add('alarms/asked', at - 2, { ...whose, number, forMs });
    this.story.add('alarms/answered', at + 2, { ...whose, status });
    return this;
  }

  acked(at: number, token = 'a'): this {
    return this.asked('ack', at, token, 200).row('acked', at, { by: 'us', token });
  }

  shelved(at: number, until: number): this {
    const said = { by: 'us', token: 's', until };
    return this.asked('shelve', at, 's', 200, until - at).row('shelved', at, said);
  }

  /** All that is told of it is told a while after its rule was. */
  later(): this {
    this.story.change(
      ({ op }) => op === 'alarms/whole',
      () => ({ t: READ + 500 }),
    );
    return this;
  }

  is(state: string, until = 0): this {
    const said = { instance: 1, rule: RULE, ...this.of, state, number: this.#number, until };
    this.story.add('alarms/instance', READ, { device: DEVICE, ...said });
    return this;
  }

  crowd(from: number, to: number): this {
    this.story.add('alarms/flood', READ, { device: -1, from, to, told: 3 });
    return this;
  }

  chatter(from: number, to: number): this {
    this.story.add('alarms/chatter', READ, { device: DEVICE, instance: 1, from, to });
    return this;
  }

  get of(): { subject: string } {
    return { subject: this.subject };
  }
}

const once = (faults: FaultPlan[] = []): Alarmed =>
  new Alarmed(faults).ruled(5000, 8000).raised(5000).told(5000);
const lived = (): Alarmed => once().acked(6000).cleared(8000);
const shelf = (faults: FaultPlan[] = []): Alarmed => once(faults).shelved(6000, 9000).cleared(8000);
/** Two commits are 200 ms later by it. */
const SLOW = [
  faultPlan('f', {
    ...{ fault: 'slow-store', acts: 'inside', from: 7000, to: 15_000 },
    inside: { commitMs: 100, writeMs: 0 },
  }),
];
/** Away from just after it comes on. */
const AWAY = [
  faultPlan('f', {
    ...{ fault: 'broker-pause', acts: 'target', from: 5001, to: 9000, devices: [] },
  }),
];
/** Comes, goes and comes within a second, each time told. */
const trembling = (): Alarmed =>
  new Alarmed()
    .ruled(5000, 5200)
    .ruled(5400, 0)
    .raised(5000)
    .told(5000)
    .cleared(5200)
    .told(5200)
    .raised(5400)
    .told(5400);

const bent = (told: Alarmed, bend: (told: Alarmed) => Alarmed): Story => {
  told.story.fine();
  return bend(told).story;
};

/** Nobody says how far the clock of the target is from ours. */
const untimed = ({ story }: Alarmed): Story => story.drop(({ op }) => op === 'alarms/clock');

const lifecycle: CheckerFixtures = {
  passing: {
    'it is raised, acknowledged and cleared': () => lived().is('normal').story.fine(),
    'it goes before anybody has acknowledged it': () =>
      once().cleared(8000).told(8000).is('unack-returned').story.fine(),
    'it comes, and a person is told, at the last moment': () =>
      new Alarmed()
        .ruled(5000, 0)
        .row('raised', 7000, { since: 5000, moment: 5000, number: 1 })
        .told(9000)
        .counts(1)
        .is('unack-active')
        .story.fine(),
    'a person is told when the target is there again': () =>
      new Alarmed(AWAY).ruled(5000, 0).raised(5000).told(10_900).is('unack-active').story.fine(),
    'it comes off the shelf at its time, and a person is told then': () =>
      shelf().row('unshelved', 9100).told(9100).is('unack-returned').story.fine(),
    'it comes off the shelf later by as much as a slow disk takes': () =>
      shelf(SLOW).row('unshelved', 11_200).told(11_200).is('unack-returned').story.fine(),
    'it is too much, and counted': () =>
      trembling().chatter(5400, 6000).crowd(5400, 6000).is('unack-active').story.fine(),
    'it is acknowledged once more, and that is refused': () =>
      lived()
        .asked('ack', 8500, 'b', 409)
        .row('refused', 8500, { by: 'us', token: 'b', what: 'ack' })
        .is('normal')
        .story.fine(),
    'nobody knows whether it was acknowledged': () =>
      once().asked('ack', 6000, 'a', 0).cleared(8000).told(8000).is('unack-returned').story.fine(),
  },
  failing: {
    'it is acknowledged twice': () => bent(lived(), (told) => told.acked(8500, 'b').is('normal')),
    'it is acknowledged, and that is forgotten': () =>
      bent(once(), (told) =>
        told.asked('ack', 6000, 'a', 200).cleared(8000).told(8000).is('unack-returned'),
      ),
    'an acknowledgement is refused though it was due': () =>
      bent(once(), (told) =>
        told
          .asked('ack', 6000, 'a', 409)
          .row('refused', 6000, { by: 'us', token: 'a', what: 'ack' })
          .cleared(8000)
          .told(8000)
          .is('unack-returned'),
      ),
    'it is acknowledged, and nobody asked for that': () =>
      bent(once(), (told) =>
        told.row('acked', 6000, { by: 'us', token: 'x' }).cleared(8000).is('normal'),
      ),
    'it comes without its rule': () =>
      bent(lived(), (told) => told.raised(9000).told(9000).is('unack-active')),
    'its rule raises it, and it does not come': () =>
      bent(lived(), (told) => told.ruled(12_000, 0).is('normal')),
    'it goes, and its history does not say so': () =>
      bent(once(), (told) => told.acked(6000).is('acked-active')),
    'it goes as one that began at another time': () =>
      bent(once().acked(6000), (told) => told.cleared(8000, 7500).is('normal')),
    'it comes again, and goes as the one before': () =>
      bent(lived().ruled(9000, 9500), (told) =>
        told.raised(9000).told(9000).cleared(9500, 5000).told(9500).is('unack-returned'),
      ),
    'a person is told twice': () =>
      bent(once(), (told) => told.told(5000, 1).acked(6000).cleared(8000).is('normal')),
    'it comes long after its rule': () =>
      bent(new Alarmed().ruled(5000, 0), (told) =>
        told
          .row('raised', 7100, { since: 5000, moment: 5000, number: 1 })
          .told(7100)
          .counts(1)
          .is('unack-active'),
      ),
    'a person is told long after it came': () =>
      bent(new Alarmed().ruled(5000, 0), (told) => told.raised(5000).told(7001).is('unack-active')),
    'a person is told long after the target is there again': () =>
      bent(new Alarmed(AWAY).ruled(5000, 0), (told) =>
        told.raised(5000).told(11_100).is('unack-active'),
      ),
    'nobody is told': () =>
      bent(new Alarmed().ruled(5000, 0), (told) => told.raised(5000).is('unack-active')),
    'a person is told while it lies on the shelf': () =>
      bent(shelf(), (told) =>
        told.told(8000).row('unshelved', 9100).told(9100).is('unack-returned'),
      ),
    'it lies on the shelf for good': () => bent(shelf(), (told) => told.is('unack-returned', 9000)),
    'it comes off the shelf too early': () =>
      bent(shelf(), (told) => told.row('unshelved', 8900).told(8900).is('unack-returned')),
    'it comes off the shelf later than a slow disk takes': () =>
      bent(shelf(SLOW), (told) => told.row('unshelved', 11_201).told(11_201).is('unack-returned')),
    'it comes off the shelf too late, and we stood still for a moment': () =>
      bent(shelf(), (told) => {
        told.story.add('stall', 10_900, { us: 150_000, outside: false, process: 'shard-0' });
        return told.row('unshelved', 12_000).told(12_000).is('unack-returned');
      }),
    'it is said to be other than it is': () => bent(lived(), (told) => told.is('acked-active')),
    // It is nobody's alarm.
    'what is too much is not counted': () =>
      trembling().chatter(5400, 6000).is('unack-active').story.fine(),
    'one comes and goes too often, and that is not counted': () =>
      bent(trembling(), (told) => told.crowd(5400, 6000).is('unack-active')),
    'the operator was told of it, and it is not there': () =>
      bent(new Alarmed(), (told) => {
        const whose = { device: DEVICE, instance: 2, number: 1, place: 1 };
        told.story.add('alarms/heard', 6000, whose);
        return told;
      }),
  },
  undecided: {
    'not all of it was read': () =>
      lived()
        .is('normal')
        .story.drop(({ op }) => op === 'alarms/whole'),
    'nobody says what the rules raised': () =>
      lived()
        .is('normal')
        .story.drop(({ op }) => op === 'rules/heard'),
    // Its rule is asked about first, so that what it raised then may have come just after.
    'nobody says what its clock is, and its rule has not raised it': () =>
      untimed(lived().raised(9000).told(9000).is('unack-active').later()),
    'nobody says what its clock is, and it came off the shelf late': () =>
      untimed(shelf().row('unshelved', 12_100).told(12_100).is('unack-returned')),
    'nobody says what its clock is, and a person is told late': () =>
      untimed(new Alarmed().ruled(5000, 0).raised(5000).told(7001).is('unack-active')),
    'nobody says what its clock is, and it lies on the shelf': () =>
      untimed(shelf().is('unack-returned', 9000)),
    'nobody says what its clock is, and there were too many': () =>
      untimed(trembling().chatter(5400, 6000).crowd(5400, 6000).is('unack-active')),
    'nobody says what is too much': () =>
      lived()
        .is('normal')
        .story.drop(({ op }) => op === 'alarms/bounds' || op === 'alarms/counted'),
  },
};

export default { 'alarm-lifecycle': lifecycle };
