/**
 * Stories about two devices and a target that says it takes four messages a second, and was limited
 * for a while. Its clock is that of the run.
 */
import { FLAG, GATEWAY_OPS, type Plan, PRESSURE_OPS, type PressurePlan } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import {
  ANSWER,
  about,
  COMMAND,
  DRAINED,
  faultPlan,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
  tellMessage,
} from '../story.ts';

const NOBODY = -1;
const READ = DRAINED + 420;
const PLAN: PressurePlan = {
  ...{ capacity: 4, queue: 10, policy: 'refuse', keepOneOf: 4 },
  ...{ limitedAt: 0.5, normalAt: 0.2, holdMs: 500, readOnlyAfterMs: 1000 },
  ...{ urgentMs: 500, withinMs: 2000 },
};

/** Device 1 says what number 5 on is, at 6 s and after. */
const LIMITED = { from: 6500, to: 9500 };
const SHED = [6, 7] as const;

class Pressed {
  readonly story: Story;
  #shed = 0;

  constructor(setting: Partial<Setting> = {}) {
    const workflows = [{ workflow: 'pressure', session: 'pressure', resolved: PLAN }];
    this.story = healthy({
      devices: 2,
      workflows: workflows as unknown as Plan['workflows'],
      ops: [PRESSURE_OPS],
      commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 0, offsetMs: 0 }] },
      ...setting,
    });
    for (const stream of this.story.plan.streams) {
      if (stream.code === TELEMETRY) stream.mayShed = true;
    }
    for (const device of [0, 1]) this.story.add('pressure/whole', READ + 1, { device });
  }

  /** Acknowledged and not kept; listed so often. */
  passesOver(n: number, times = 1, stream: number = TELEMETRY): this {
    const message = { device: 1, stream, n };
    this.story.drop((event) =>
      ['observed', 'stored'].some((op) => about(op as 'stored', 1, stream, n)(event)),
    );
    for (let time = 0; time < times; time++) {
      this.story.add('pressure/shed', READ, { ...message, at: 1000 + 1000 * n + 15 });
      this.story.add('refused', READ, { ...message, why: 'shed' });
    }
    if (times > 0 && stream === TELEMETRY) this.#shed++;
    return this;
  }

  /** What the target says as a whole. */
  tells(
    changes: readonly (readonly [at: number, was: string, mode: string])[] = COURSE,
    shed = this.#shed,
    depths: readonly (readonly [at: number, depth: number])[] = EMPTY,
  ): this {
    const device = NOBODY;
    this.story.add('pressure/now', READ, { device, at: READ, mode: 'normal', depth: 0 });
    this.story.add('pressure/count', READ, { device, of: 'telemetry', taken: 40, shed });
    for (const [at, was, mode] of changes) {
      this.story.add('pressure/mode', READ, { device, at, was, mode, why: 'it is so' });
    }
    for (const [at, depth] of depths) {
      this.story.add('pressure/depth', READ, { device, at, depth });
    }
    return this;
  }
}

const COURSE = [
  [0, 'off', 'normal'],
  [LIMITED.from, 'normal', 'limited'],
  [LIMITED.to, 'limited', 'normal'],
] as const;
const STAYS = COURSE.slice(0, 2);
const EMPTY = [[13_000, 0]] as const;

const pressed = (): Pressed => new Pressed().passesOver(SHED[0]).passesOver(SHED[1]);
const bent = (told: Pressed, bend: (told: Pressed) => Pressed): Story => {
  told.story.fine();
  return bend(told).story;
};

/** The commands of device 0 are answered; one is through so late. */
function answered(lateMs = 0, setting: Partial<Setting> = {}): Story {
  const { story } = new Pressed(setting).tells();
  for (const { id } of story.plan.faults) tellFault(story, id);
  for (const [n, t] of [3000, 5000, 7000].entries()) tellMessage(story, 0, ANSWER, n, t + 10);
  story.fine();
  if (lateMs === 0) return story;
  return story.change(about('acked', 0, ANSWER, 1), ({ t }) => ({ t: t + lateMs }));
}

/** From just before that answer goes out; it is with the target, and nobody says so. */
const unanswered = (setting: Partial<Setting> = {}): Story =>
  answered(0, setting).drop(about('acked', 0, ANSWER, 1));

/** For 600 ms about that answer. */
const disturbed = (over: Parameters<typeof faultPlan>[1] = {}): Partial<Setting> => ({
  faults: [faultPlan('f', { from: 5000, to: 5600, ...over })],
});
const slow = (to: number): Partial<Setting> =>
  disturbed({ ...{ fault: 'slow-store', acts: 'inside', to }, inside: { commitMs: 100 } });

/** It goes out again, and is answered at once then. */
const again = (lateMs: number): Story => {
  const story = answered(lateMs);
  const first = story.events.find(about('sent', 0, ANSWER, 1));
  return story.add('sent', 5010 + lateMs, { ...first?.fields, flags: 1 + FLAG.resend });
};

/** A fault says messages twice; one that comes so is kept, and passed over the other time. */
function saidTwice(fault: Parameters<typeof faultPlan>[1] = {}, times = 1): Story {
  const twice = faultPlan('twice', {
    ...{ fault: 'packet-duplicate', devices: [0, 1], to: 9000, proof: { kind: 'tampered' } },
    ...{ packets: { ...DOWN, ways: ['up'] }, ...fault },
  });
  const told = new Pressed({ faults: [twice] }).tells(COURSE, times);
  tellFault(told.story, 'twice');
  told.story.fine();
  const message = { device: 1, stream: TELEMETRY, n: 7 };
  for (let time = 0; time < times; time++) {
    told.story.add('pressure/shed', READ, { ...message, at: 8020 });
    told.story.add('refused', READ, { ...message, why: 'shed' });
  }
  return told.story;
}

const DOWN = { does: 'duplicate', packet: 'PUBLISH', ways: ['down'], every: 1, share: 1 } as const;

/** What acknowledges it is lost, unless it is another one's; nobody hears of that. */
const losing = (
  over: Parameters<typeof faultPlan>[1] = {},
  packet: 'PUBACK' | 'PUBLISH' = 'PUBACK',
): Partial<Setting> =>
  disturbed({
    ...{ fault: 'packet-drop', proof: { kind: 'tampered' } },
    packets: { does: 'drop', packet, ways: ['down'], every: 1, share: 1 },
    ...over,
  });
/** Its device comes back after seven seconds, and only then sends again. */
const backAtSeven = (story: Story): Story =>
  story.add('offline', 6900, { device: 0 }).add('online', 7000, { device: 0 });

const GATEWAY = 1;
const isCommand = about('received', 0, COMMAND, 1);

/** Device 0 stands behind device 1, on a bus or not; it has a command four seconds late. */
function carried(isOnBus: boolean, broughtAt: number | null): Story {
  const params = isOnBus ? { bus: { sleepy: { wakes: 10_000 } } } : {};
  const story = answered(0, {
    ...{ carried: { 0: GATEWAY }, entry: { parts: [{ kind: 'gateway', params }] } },
    ops: [PRESSURE_OPS, { 'gateway/brought': GATEWAY_OPS['gateway/took'] }],
  }).change(isCommand, ({ t }) => ({ t: t + 4000 }));
  if (broughtAt === null) return story;
  const letter = { device: GATEWAY, child: 0, stream: COMMAND, n: 1, bytes: 9 };
  return story.add('gateway/brought', broughtAt, letter);
}

const shedDeclared: CheckerFixtures = {
  passing: {
    'two are passed over, and told': () => pressed().tells().story.fine(),
    'nothing is': () => new Pressed().tells(COURSE.slice(0, 1)).story.fine(),
    'one went out again, and was kept then': () => {
      const { story } = new Pressed().tells(COURSE, 1);
      const message = { device: 1, stream: TELEMETRY, n: 6 };
      const first = story.events.find(about('sent', 1, TELEMETRY, 6));
      story.add('sent', 7300, { ...first?.fields, flags: 5 });
      story.add('pressure/shed', READ, { ...message, at: 7015 });
      story.add('refused', READ, { ...message, why: 'shed' });
      return story.fine();
    },
    'a fault said one twice, and one of the two was kept': () => saidTwice().fine(),
  },
  failing: {
    'a fault said one twice, and it is listed twice': () => saidTwice({}, 2),
    'one is listed, and kept, before a fault says others twice': () => saidTwice({ from: 8100 }),
    'one is listed, and kept, after a fault said others twice': () => saidTwice({ to: 7900 }),
    'one is listed, and kept, while a fault says what goes down twice': () =>
      saidTwice({ packets: { ...DOWN, ways: ['down'] } }),
    'one is passed over in silence': () => bent(pressed(), (told) => told.passesOver(8, 0).tells()),
    'one is listed twice': () => bent(pressed(), (told) => told.passesOver(8, 2).tells(COURSE, 4)),
    'one was passed over before it was limited': () =>
      bent(pressed(), (told) => told.passesOver(4).tells()),
    'it claims to be normal': () => pressed().tells(COURSE.slice(0, 1)).story,
    'it counts less than it lists': () => pressed().tells(COURSE, 1).story.fine(),
    'its modes do not follow one another': () =>
      pressed()
        .tells([...COURSE, [12_000, 'limited', 'normal']])
        .story.fine(),
    'a command is passed over': () => {
      const told = pressed().tells();
      tellMessage(told.story, 1, ANSWER, 7, 8010);
      return bent(told, (one) => one.passesOver(7, 1, ANSWER));
    },
    'one is listed, and kept': () => {
      const told = pressed().tells(COURSE, 3);
      told.story.fine();
      const message = { device: 1, stream: TELEMETRY, n: 8 };
      told.story.add('pressure/shed', READ, { ...message, at: 9015 });
      return told.story.add('refused', READ, { ...message, why: 'shed' });
    },
  },
  undecided: {
    'the target says nothing of its modes': () => pressed().tells([]).story,
    'the list could not be read, and one is missing': () =>
      new Pressed()
        .passesOver(6, 0)
        .tells()
        .story.drop(({ op }) => op === 'pressure/whole' || op === 'pressure/now'),
  },
};

const urgentInTime: CheckerFixtures = {
  passing: {
    'all are through at once': () => answered(),
    'one is through at the last moment': () => answered(495),
    'one came again in time': () => again(490),
    'one is late by as much as a fault acted on its way': () => answered(1080, disturbed()),
    'one is late by as much as its device was away': () =>
      answered(900).add('offline', 5020, { device: 0 }).add('online', 5500, { device: 0 }),
    'one is late by two commits of a slow disk': () => answered(690, slow(9000)),
    'what answered one was lost, and it came again on the next connection': () =>
      backAtSeven(answered(2400, losing())),
    'a child on a bus has one late, and its gateway had it in time': () => carried(true, 5450),
    'a child on a bus never has one, and its gateway had it in time': () =>
      carried(true, 5450).drop(isCommand),
    'one goes out in the last moment': () => {
      const story = answered();
      const last = { device: 1, stream: ANSWER, n: 9, hash: 1, flags: 1 };
      return story.add('sent', DRAINED + 300, last);
    },
  },
  failing: {
    'one is late': () => answered(501),
    'one came again, and was late by then': () => again(501),
    'one is never answered': () => unanswered(),
    'one is never answered, though a fault was over soon': () => unanswered(disturbed()),
    'one is later than a fault made it': () => answered(1100, disturbed()),
    'one is later than two commits of a slow disk': () => answered(720, slow(9000)),
    'one is later than what was left of a slow disk': () => answered(700, slow(5100)),
    'what answered one was lost, and it was late on the next connection': () =>
      backAtSeven(answered(2600, losing())),
    'one is late over the very connection on which others were lost': () =>
      answered(2400, losing()),
    'what answered one was lost, and on the next connection nothing answers it': () =>
      backAtSeven(answered(3400, losing()))
        .add('offline', 8200, { device: 0 })
        .add('online', 8300, { device: 0 }),
    'what answered it was lost on a connection before': () =>
      answered(1000, losing({ from: 3000, to: 4000 }))
        .add('offline', 4400, { device: 0 })
        .add('online', 4500, { device: 0 }),
    'what answered others was lost long before, over the very connection that it has': () =>
      backAtSeven(answered(2400, losing({ from: 3000, to: 4000 }))),
    'a fault lost what goes the other way': () =>
      backAtSeven(answered(2400, losing({}, 'PUBLISH'))),
    'a child on a bus has one late, and so had its gateway': () => carried(true, 5600),
    'a child on no bus has one late': () => carried(false, null),
    'a command is acknowledged, and never with its device': () =>
      answered().drop(about('received', 0, COMMAND, 1)),
    'a command is not even acknowledged': () =>
      answered().drop(
        (event) => about('received', 0, COMMAND, 1)(event) || about('acked', 0, COMMAND, 1)(event),
      ),
  },
  undecided: {
    'one is never answered, and its device never back': () =>
      unanswered().add('offline', 5020, { device: 0 }),
    'one is never answered, and a fault acts to the end': () =>
      unanswered(disturbed({ to: 40_000 })),
    'what answered one was lost, and its device never came again': () => unanswered(losing()),
    'a child on a bus has one late, and its gateway does not tell when it had it': () =>
      carried(true, null),
    'a process of ours stood still': () =>
      answered(501).add('stall', 5600, { us: 900_000, process: 'runner' }),
  },
};

/** The target was cut off from 7 s to 10 s. */
const cut = (to = 10_000): Pressed => {
  const told = new Pressed({ faults: [faultPlan('f', { to })] });
  tellFault(told.story, 'f');
  return told;
};

/** Device 0 answers three times a second besides, and says all of that again or not. */
function answering(to: number, flags = 1): Story {
  const { story } = cut().tells(STAYS);
  for (let t = 3000, n = 100; t < to; t += 333, n++) {
    const message = { device: 0, stream: ANSWER, n };
    const sent = { ...message, late: 1, hash: 1, flags: 1 };
    story.add('sent', flags === 1 ? t : 3000, sent).add('acked', t + 20, message);
    if (flags !== 1) story.add('sent', t, { ...sent, flags });
  }
  return story;
}

const isEach = ({ stream, n }: Readonly<Record<string, unknown>>, many: number): boolean =>
  stream === TELEMETRY && Number(n) % many === 0;

const noMetastability: CheckerFixtures = {
  passing: {
    'it is normal before the fault is over': () => cut().tells().story.fine(),
    'it is normal at the last moment': () =>
      cut()
        .tells([...STAYS, [11_990, 'limited', 'normal']])
        .story.fine(),
    'the queue is nearly empty': () =>
      cut()
        .tells(COURSE, 0, [[13_000, 2]])
        .story.fine(),
  },
  failing: {
    'it stays limited': () => cut().tells(STAYS).story,
    'it stays limited, and was asked for too much until the fault was over': () => answering(9990),
    'it stays limited, and all that is asked of it besides is said again': () =>
      answering(20_000, 1 + FLAG.resend),
    'it stays limited by what answers what it says by itself': () => {
      const story = answering(20_000);
      for (const stream of story.plan.streams) {
        if (stream.code === COMMAND) stream.from = 'target';
      }
      return story;
    },
    'it is limited again': () => cut().tells([...COURSE, [14_000, 'normal', 'limited']]).story,
    'the queue is not empty': () => cut().tells(COURSE, 0, [[13_000, 3]]).story,
    'it answers some of them never again': () =>
      cut()
        .tells()
        .story.drop(({ op, t, fields }) => op === 'acked' && t > 11_500 && isEach(fields, 5)),
    'it answers some of them only when they come again': () => {
      const { story } = cut().tells();
      const isIt = (op: string, t: number, fields: Readonly<Record<string, unknown>>): boolean =>
        op === 'acked' && t > 11_500 && isEach(fields, 2);
      for (const { op, t, fields } of [...story.events]) {
        if (!isIt(op, t, fields)) continue;
        story.add('sent', t + 1000, { ...fields, late: 1000, flags: 1 + FLAG.resend });
      }
      return story.change(
        ({ op, t, fields }) => isIt(op, t, fields),
        ({ t }) => ({ t: t + 1001 }),
      );
    },
    'it is slow for good': () => {
      const { story } = cut().tells();
      return story.change(
        ({ op, t, fields }) => op === 'acked' && t > 11_500 && fields.stream === TELEMETRY,
        ({ t }) => ({ t: t + 400 }),
      );
    },
  },
  undecided: {
    'it is degraded by what was neither a fault nor too much load': () =>
      new Pressed().tells(STAYS).story,
    'it is asked for too much to the end, by readings and by what is urgent': () =>
      answering(20_000),
    'the fault was over too late': () => cut(16_500).tells(STAYS).story,
    'the target does not say in which mode it was': () => cut().story,
    'the target does not say how full it was': () => cut().tells(COURSE, 0, [[11_000, 0]]).story,
  },
};

export default {
  'shed-declared': shedDeclared,
  'urgent-in-time': urgentInTime,
  'no-metastability': noMetastability,
};
