/** Stories about messages: lost, doubled, invented, altered, overtaken, unaccounted for. */
import type { CheckerFixtures } from './checker-fixtures.ts';
import { garbled } from './garbled.ts';
import {
  about,
  COMMAND,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  STATUS,
  type Story,
  TELEMETRY,
  tellMessage,
  WILL,
  WILL_HASH,
} from './story.ts';

/** A broker that keeps nothing: delivered means seen. */
const BROKER: Setting = { target: { keepsTelemetry: false, offers: ['retained'] } };

const COMMANDED: Setting = {
  entry: { session: 'persistent' },
  commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
};

const unstored = (story: Story, device: number, n: number): Story =>
  story.drop(about('stored', device, TELEMETRY, n));

const unseen = (story: Story, device: number, n: number): Story =>
  story.drop(about('observed', device, TELEMETRY, n));

/** An observer that is away from 8 s to 9 s, and comes back with or without its session. */
const observerGap = (story: Story, kept: boolean): Story =>
  story
    .add('observer', 8000, { up: false, first: 0, lanes: 1, why: 'closed' })
    .add('observer', 9000, {
      up: true,
      first: 0,
      lanes: 1,
      why: kept ? 'session-present' : 'new-session',
    });

const killed = (story: Story, from: number, to: number): Story =>
  story.add('target', from, { is: 'killed' }).add('target', to, { is: 'accepting' });

/** Everything intended in [8 s, 9 s) is missing at the observer. */
function missingInGap(story: Story): Story {
  for (let device = 0; device < story.plan.devices.length; device++) {
    for (const n of [6, 7]) unseen(story, device, n);
  }
  return story;
}

/** A broker that promises nothing over a kill. */
const FORGETFUL: NonNullable<Setting['target']> = {
  keepsTelemetry: false,
  offers: ['retained'],
  guarantees: forgetful(),
};

/** Device 1 is away when command 1 is sent, back for a while, then back without memory. */
const restartedLater = (): Story =>
  healthy(COMMANDED)
    .drop((event) => event.op === 'received' && event.fields.n === 1)
    .add('offline', 4500, { device: 1, why: 'closed' })
    .add('connect', 5200, { device: 1, attempt: 1 })
    .add('online', 5300, { device: 1, present: true })
    .add('off', 15_000, { device: 1, cause: 'power-cut' })
    .add('boot', 16_000, { device: 1, epoch: 2, cause: 'power-on' })
    .add('connect', 16_100, { device: 1, attempt: 0 })
    .add('online', 16_200, { device: 1, present: false });

/** Reading 5 of device 1 is sent while reading 4 has no answer yet, and is lost. */
const beyondWindow = (inflightLimit: number): Story =>
  unseen(
    healthy({ target: { ...FORGETFUL, guarantees: forgetful({ inflightLimit }) } }).change(
      about('acked', 1, TELEMETRY, 4),
      () => ({ t: 6800 }),
    ),
    1,
    5,
  );

/** Three commands wait for device 1, and the first of them is lost. */
const beyondQueue = (queueLimit: number): Story =>
  healthy({ ...COMMANDED, target: { ...FORGETFUL, guarantees: forgetful({ queueLimit }) } })
    .add('offline', 4500, { device: 1, why: 'closed' })
    .add('connect', 9480, { device: 1, attempt: 1 })
    .add('online', 9500, { device: 1, present: true })
    .drop(about('received', 1, COMMAND, 1))
    .change(about('received', 1, COMMAND, 2), () => ({ t: 9510 }))
    .change(about('received', 1, COMMAND, 3), () => ({ t: 9520 }));

const noAckedLoss: CheckerFixtures = {
  passing: {
    'everything arrives': () => healthy(),
    'a reading sent beyond the declared window': () => beyondWindow(1),
    'a command in a queue that ran over its declared limit': () => beyondQueue(2),
    'an unacknowledged message may vanish': () =>
      unstored(healthy(), 1, 5).drop(about('acked', 1, TELEMETRY, 5)),
    'a killed target that promises nothing owes nothing': () =>
      killed(missingInGap(healthy({ target: FORGETFUL })), 8100, 8900),
    'nor a command that was under way': () =>
      killed(healthy({ ...COMMANDED, target: FORGETFUL }), 5100, 5900).drop(
        about('received', 1, COMMAND, 1),
      ),
    'a command to a device with a clean session that was away': () =>
      healthy({ ...COMMANDED, entry: { session: 'clean' } })
        .add('offline', 4500, { device: 1, why: 'closed' })
        .add('connect', 5200, { device: 1, attempt: 1 })
        .add('online', 5300, { device: 1, present: false })
        .drop(about('received', 1, COMMAND, 1)),
  },
  failing: {
    'an acknowledged reading is not in the store': () => unstored(healthy(), 1, 5),
    'a reading within the declared window': () => beyondWindow(2),
    'a command in a queue within its declared limit': () => beyondQueue(3),
    'an acknowledged reading was never seen': () => unseen(healthy(BROKER), 1, 5),
    'lost although the observer kept its session': () =>
      missingInGap(observerGap(healthy(BROKER), true)),
    'lost over a kill although the store is durable': () =>
      killed(unstored(healthy(), 1, 5), 6500, 7000),
    'a command never reached a device that was there': () =>
      healthy(COMMANDED).drop(about('received', 1, COMMAND, 2)),
    'a command that its session outlived by far': () => restartedLater(),
    'a command that waited in a session': () =>
      healthy(COMMANDED)
        .add('offline', 4500, { device: 1, why: 'closed' })
        .add('connect', 7200, { device: 1, attempt: 1 })
        .add('online', 7300, { device: 1, present: true })
        .drop(about('received', 1, COMMAND, 1)),
    'a command lost long before the target was killed': () =>
      killed(healthy({ ...COMMANDED, target: FORGETFUL }), 16_000, 17_000).drop(
        about('received', 1, COMMAND, 1),
      ),
    'a status was acknowledged and never seen': () =>
      healthy({ entry: { retainStatus: true } }).drop(about('observed', 2, STATUS, 0)),
  },
  undecided: {
    'the final read broke off': () =>
      unstored(healthy(), 1, 5)
        .drop((event) => event.op === 'stored')
        .change(
          (event) => event.op === 'final-read' && event.fields.part === 'store',
          (event) => ({ fields: { ...event.fields, complete: false } }),
        ),
    'the observer lost its session': () => missingInGap(observerGap(healthy(BROKER), false)),
    'it may be delivered again later than the run lasts': () =>
      missingInGap(
        observerGap(
          healthy({
            target: { ...FORGETFUL, guarantees: forgetful({ redeliversWithinMs: 30_000 }) },
          }),
          true,
        ),
      ),
    'the backlog may exceed the queue': () =>
      missingInGap(observerGap(healthy({ ...BROKER, observers: { backlogSafe: false } }), true)),
  },
};

const QOS2: Setting = { entry: { qos: 2 } };
const QOS0: Setting = { entry: { qos: 0 } };

const again = (story: Story, n: number, t: number, flags: number): Story =>
  story.add('observed', t, {
    device: 1,
    stream: TELEMETRY,
    n,
    hash: hashFor(1, TELEMETRY, n),
    flags,
    epoch: 1,
  });

const exactlyOnce: CheckerFixtures = {
  passing: {
    'QoS 2 comes once': () => healthy(QOS2),
    'QoS 0 may vanish': () => unseen(healthy(QOS0), 1, 5),
    'a retained value handed over again is no delivery': () => again(healthy(QOS2), 5, 9000, 2 | 8),
  },
  failing: {
    'QoS 2 comes twice': () => again(healthy(QOS2), 5, 6900, 2),
    'QoS 0 comes twice': () => again(healthy(QOS0), 5, 6900, 0),
    'QoS 2 comes twice over a resend': () =>
      again(healthy(QOS2), 5, 6900, 2).add('sent', 6800, {
        device: 1,
        stream: TELEMETRY,
        n: 5,
        late: 500_000,
        hash: hashFor(1, TELEMETRY, 5),
        flags: 2 | 4,
      }),
  },
  undecided: {
    'the observer lost its session between the two': () => {
      const story = observerGap(healthy(QOS2), false);
      for (let n = 0; n < 7; n++) again(story, n, 9500, 2);
      return story;
    },
  },
};

const duplicatesExplained: CheckerFixtures = {
  passing: {
    'no duplicates at all': () => healthy(),
    'the device sent it again': () =>
      again(healthy(), 5, 6900, 1).add('sent', 6800, {
        device: 1,
        stream: TELEMETRY,
        n: 5,
        late: 500_000,
        hash: hashFor(1, TELEMETRY, 5),
        flags: 1 | 4,
      }),
    'the observer came back': () => again(observerGap(healthy(), true), 6, 9100, 1),
    'the target was restarted': () => again(killed(healthy(), 6500, 6800), 5, 6900, 1),
  },
  failing: {
    'twice without a cause': () => again(healthy(), 5, 6900, 1),
    'three times for one resend': () =>
      again(again(healthy(), 5, 6900, 1), 5, 6950, 1).add('sent', 6800, {
        device: 1,
        stream: TELEMETRY,
        n: 5,
        late: 500_000,
        hash: hashFor(1, TELEMETRY, 5),
        flags: 1 | 4,
      }),
    'a command comes twice to a device that stayed': () =>
      healthy(COMMANDED).add('received', 5400, {
        device: 1,
        stream: COMMAND,
        n: 1,
        hash: hashFor(1, COMMAND, 1),
        flags: 1,
      }),
  },
  undecided: {
    'we stood still ourselves': () => {
      const story = healthy().add('stall', 9000, { us: 8_000_000, process: 'shard-0' });
      for (let n = 0; n < 7; n++) again(story, n, 9500, 1);
      return story;
    },
  },
};

const willSeen = (hash: number, will = true): Story =>
  healthy({ entry: { will } })
    .add('offline', 8000, { device: 1, why: 'closed' })
    .add('observed', 8100, { device: 1, stream: WILL, n: 0, hash, flags: 1, epoch: 1 });

const noPhantom: CheckerFixtures = {
  passing: {
    'everything was sent': () => healthy(),
    'a will as it was armed': () => willSeen(WILL_HASH),
    'one identity sent with two contents': () =>
      healthy()
        .add('sent', 6800, { device: 1, stream: TELEMETRY, n: 5, late: 9, hash: 42, flags: 1 })
        .add('observed', 6900, {
          device: 1,
          stream: TELEMETRY,
          n: 5,
          hash: 42,
          flags: 1,
          epoch: 1,
        }),
  },
  failing: {
    'an observer got what nobody sent': () => healthy().drop(about('sent', 1, TELEMETRY, 5)),
    'a number far beyond any message': () =>
      healthy().add('observed', 9000, {
        device: 1,
        stream: TELEMETRY,
        n: 4_000_000_000,
        hash: 1,
        flags: 1,
        epoch: 1,
      }),
    'a changed byte': () =>
      healthy().change(about('observed', 1, TELEMETRY, 5), (event) => ({
        fields: { ...event.fields, hash: 99 },
      })),
    'a changed byte without which the number is another': () =>
      garbled('{"n":7,"e":1,"t":6010,"v":{"level":2.5}}', 7),
    'a changed byte without which nothing can be read': () =>
      garbled('{"n":5,"e"!1,"t":6010,"v":{"level":2.5}}'),
    'something that cannot be read at all': () => garbled('?'),
    'a changed byte in the store': () =>
      healthy().change(about('stored', 1, TELEMETRY, 5), (event) => ({
        fields: { ...event.fields, hash: 99 },
      })),
    'a changed byte in a will': () => willSeen(WILL_HASH + 1),
    'a will that nobody armed': () => willSeen(WILL_HASH, false),
    'a message outside the roster': () =>
      healthy().add('foreign', 9000, { topic: 'tw/x/1/nobody/telemetry', hash: 5 }),
  },
  undecided: {
    'our own ledger has a hole': () => {
      const story = healthy().drop((event) => event.op === 'sent' && event.t < 8000);
      story.torn = 3;
      return story.drop((event) => event.t > 21_000 && event.op !== 'phase');
    },
  },
};

/** Swaps the arrivals of two messages of device 1. */
const swapped = (story: Story, first: number, second: number): Story => {
  const timeOf = (n: number): number => 1000 + 10 + n * 1000 + 5;
  return story.change(
    (event) =>
      about('observed', 1, TELEMETRY, first)(event) ||
      about('observed', 1, TELEMETRY, second)(event),
    (event) => ({ t: event.fields.n === first ? timeOf(second) : timeOf(second) - 1 }),
  );
};

const inOrder: CheckerFixtures = {
  passing: {
    'in the order of sending': () => healthy(),
    'late, but sent again': () =>
      swapped(healthy(), 5, 6).add('sent', 6700, {
        device: 1,
        stream: TELEMETRY,
        n: 5,
        late: 600_000,
        hash: hashFor(1, TELEMETRY, 5),
        flags: 1 | 4,
      }),
    'late, over another connection': () =>
      swapped(healthy(), 5, 6)
        .add('offline', 6500, { device: 1, why: 'closed' })
        .add('connect', 6600, { device: 1, attempt: 1 })
        .add('online', 6700, { device: 1, present: false }),
  },
  failing: { 'two are swapped': () => swapped(healthy(), 5, 6) },
  undecided: {
    'the observer came back in between': () => {
      const story = healthy({ devices: 2 }).add('observer', 17_500, {
        up: false,
        first: 0,
        lanes: 1,
        why: 'closed',
      });
      story.add('observer', 17_501, { up: true, first: 0, lanes: 1, why: 'session-present' });
      for (let n = 1; n < 17; n++) {
        story.change(about('observed', 1, TELEMETRY, n), () => ({ t: 18_000 - n }));
      }
      return story;
    },
  },
};

/** A reading is not sent, for this reason. */
function leftOut(why: string): Story {
  const story = healthy();
  for (const op of ['sent', 'observed', 'acked', 'stored'] as const) {
    story.drop(about(op, 1, TELEMETRY, 5));
  }
  return story.add('not-sent', 6010, { device: 1, stream: TELEMETRY, n: 5, why });
}

const conservation: CheckerFixtures = {
  passing: {
    'every message has its record': () => healthy(),
    'not sent, with a reason': () => leftOut('device-off'),
    'lost with the memory of its device': () => leftOut('lost in power-cut'),
  },
  failing: {
    'a scheduled reading has no record': () => {
      const story = healthy();
      for (const op of ['sent', 'observed', 'acked', 'stored'] as const) {
        story.drop(about(op, 1, TELEMETRY, 5));
      }
      return story;
    },
    'one more than the plan intends': () => {
      const story = healthy();
      tellMessage(story, 1, TELEMETRY, 19, 20_010);
      return story;
    },
  },
  undecided: {
    'the segment of the lane is missing': () => {
      const story = healthy({ lanes: [0, 1] });
      story.missingLane = 1;
      return story;
    },
    'a device left out whatever it did not feel like': () => {
      const story = healthy().drop(({ fields }) => fields.device === 1 && 'stream' in fields);
      for (let n = 0; n < 19; n++) {
        const message = { device: 1, stream: TELEMETRY, n };
        story.add('not-sent', 1010 + n * 1000, { ...message, why: 'a whim' });
      }
      return story;
    },
  },
};

export const deliveryFixtures: Record<string, CheckerFixtures> = {
  'no-acked-loss': noAckedLoss,
  'exactly-once': exactlyOnce,
  'duplicates-explained': duplicatesExplained,
  'no-phantom': noPhantom,
  'in-order': inOrder,
  conservation,
};
