/** Stories of MQTT 5: a command that expires, packets under way to a device, a shared stream. */
import { FLAG, type Plan, SHARE_OPS } from '#kernel';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import {
  ANSWER,
  about,
  COMMAND,
  faultPlan,
  hashFor,
  healthy,
  type Setting,
  type Story,
  TELEMETRY,
  tellFault,
} from '../story.ts';

const DEVICE = 0;
const FIVE = { target: { mqtt: '5' } } as const;
const SENT = 7000;

/** One command, worth nothing after so many seconds; it comes at once and says what is left. */
function commanded(expiryS: number): Story {
  const story = healthy({
    ...FIVE,
    devices: 1,
    entry: { session: 'persistent' },
    commands: {
      ...{ firstAt: SENT, everyMs: 60_000, qos: 1 },
      devices: [{ device: DEVICE, offsetMs: 0 }],
    },
  });
  for (const stream of story.plan.streams) if (stream.code === COMMAND) stream.expiryS = expiryS;
  return came(story.drop(about('received', DEVICE, COMMAND, 0)), SENT + 5, expiryS).fine();
}

const withheld = (story: Story): Story =>
  story.drop(({ op }) => op === 'packet-in').drop(about('received', DEVICE, COMMAND, 0));

/** The device has the command at that time, in a packet that says so much is left. */
function came(story: Story, t: number, left: number, flags = 1): Story {
  const message = { device: DEVICE, stream: COMMAND, n: 0, hash: hashFor(DEVICE, COMMAND, 0) };
  return story
    .add('packet-in', t - 0.1, { device: DEVICE, id: 1, alias: 0, left, flags })
    .add('received', t, { ...message, flags: 1 });
}

/** It is not there from before the command was sent until then. */
const away = (story: Story, until: number): Story =>
  story
    .add('offline', SENT - 500, { device: DEVICE, why: 'closed' })
    .add('connect', until - 50, { device: DEVICE, attempt: 0 })
    .add('online', until, { device: DEVICE, present: true });

const expiryKept: CheckerFixtures = {
  passing: {
    'it comes at once': () => commanded(2),
    'it is withheld from who comes back late': () => away(withheld(commanded(2)), SENT + 4500),
    'it comes in time to who was away, with less left': () =>
      came(away(withheld(commanded(10)), SENT + 3000), SENT + 3010, 7),
  },
  failing: {
    'it is handed over to who comes back after the expiry': () =>
      came(away(withheld(commanded(2)), SENT + 4500), SENT + 4510, -1),
    'it is held back from who is there, and handed over late': () =>
      came(withheld(commanded(2)), SENT + 4600, -1),
    'its expiry is taken off': () => came(withheld(commanded(10)), SENT + 5, -1),
    'it says that as much is left as ever': () =>
      came(away(withheld(commanded(10)), SENT + 5000), SENT + 5010, 10),
  },
  undecided: {
    'it never comes, and who was there before its end could have had it': () =>
      away(withheld(commanded(10)), SENT + 3000),
    'nor to who was there all along': () => away(withheld(commanded(2)), SENT - 100),
    'it comes late and again, and perhaps came in time before': () =>
      came(away(withheld(commanded(2)), SENT + 4500), SENT + 4510, -1, 1 | FLAG.dup),
  },
};

/** A device that lets two messages be under way to it; their packet ids come and go. */
function flowing(packets: readonly (number | 'done')[], setting: Setting = {}): Story {
  const story = healthy({
    ...{ ...FIVE, devices: 1, entry: { mqtt5: { receiveMaximum: 2 } } },
    ...setting,
  });
  story.add('agreed', 99, { device: DEVICE, receive: 20, aliases: 10, session: 0 }).fine();
  const open: number[] = [];
  packets.forEach((packet, at) => {
    const t = 3000 + at;
    if (packet === 'done') {
      for (const id of open.splice(0)) story.add('packet-done', t, { device: DEVICE, id });
      return;
    }
    open.push(packet);
    story.add('packet-in', t, { device: DEVICE, id: packet, alias: 0, left: -1, flags: 1 });
  });
  return story;
}

/** A fault that says packets twice; it does so while they are under way. */
function saidTwice(packets: readonly (number | 'done')[]): Story {
  const story = flowing(packets, {
    faults: [
      faultPlan('twice', {
        ...{ fault: 'packet-duplicate', from: 2000, proof: { kind: 'tampered' } },
        packets: { does: 'duplicate', packet: 'PUBLISH', ways: ['down'], every: 1, share: 1 },
      }),
    ],
  });
  tellFault(story, 'twice');
  return story;
}

/** A device that says nothing of how many it takes, and lets the target name three topics. */
const named = (...aliases: number[]): Story =>
  aliases.reduce(
    (story, alias, at) =>
      story.add('packet-in', 5000 + at, {
        ...{ device: DEVICE, id: 9 + at, alias, left: -1, flags: 1 },
      }),
    flowing([], { entry: { mqtt5: { aliases: 3 } } }),
  );

const flowKept: CheckerFixtures = {
  passing: {
    'two at a time': () => flowing([1, 2, 'done', 3, 4, 'done']),
    'an alias in range, of who says nothing else': () => named(1, 3),
    'a new connection begins at nothing': () =>
      flowing([1, 2])
        .add('agreed', 4000, { device: DEVICE, receive: 20, aliases: 10, session: 0 })
        .add('packet-in', 4001, { device: DEVICE, id: 1, left: -1, flags: 1 | FLAG.dup }),
  },
  failing: {
    'a third is under way': () => flowing([1, 2, 3, 'done']),
    'a packet id is used again while it is under way': () => flowing([1, 1, 'done']),
    'a topic alias is above what it takes, of who says nothing else': () => named(4),
    'a topic alias is above what it takes': () =>
      flowing([1, 2, 'done']).add('packet-in', 5000, {
        ...{ device: DEVICE, id: 9, alias: 4, left: -1, flags: 1 },
      }),
  },
  undecided: {
    'a packet comes again while a fault says messages twice': () => saidTwice([1, 1]),
    'never more than one is under way': () => flowing([1, 'done', 2, 'done']),
  },
};

const SHARED = [
  {
    workflow: 'share',
    session: 'share',
    resolved: { group: 'readers', members: 2, of: 'telemetry', diesEveryMs: null },
  },
] as unknown as Plan['workflows'];

/**
 * Two readers share the readings of devices in one lane, and tell of themselves by the first;
 * whoever `takes` says has each, so much later.
 */
function shared(
  takes: (n: number, device: number) => readonly [member: number, afterMs: number, acks: boolean][],
  devices = 1,
) {
  const story = healthy({ ...FIVE, devices, workflows: SHARED, ops: [SHARE_OPS] });
  for (const member of [0, 1]) story.add('share/joined', 40, { device: DEVICE, member });
  story.fine();
  const readings = story.events.filter(
    ({ op, fields }) => op === 'sent' && fields.stream === TELEMETRY,
  );
  for (const { t, fields } of readings) {
    const n = Number(fields.n);
    const device = Number(fields.device);
    for (const [member, afterMs, acks] of takes(n, device)) {
      const got = { device, stream: TELEMETRY, n, member, dup: false, acks };
      if (!acks) story.add('share/died', t + afterMs, { device: DEVICE, member });
      story.add('share/got', t + afterMs, got);
    }
  }
  return story;
}

/** Each has two readers, and the connection of the first ends so long after it had it. */
function brokenAfter(ms: number): Story {
  const story = shared(() => [
    [0, 5, true],
    [1, 300, true],
  ]);
  for (const { t, fields } of [...story.events]) {
    if (fields.member === 0 && fields.acks === true) {
      story.add('share/died', t + ms, { device: DEVICE, member: 0 });
    }
  }
  return story;
}

const shareOnce: CheckerFixtures = {
  passing: {
    'each goes to one, in turn': () => shared((n) => [[n % 2, 5, true]]),
    'the first dies, and the second has it': () =>
      shared((n) =>
        n === 3
          ? [
              [0, 5, false],
              [1, 60, true],
            ]
          : [[n % 2, 5, true]],
      ),
    'the first dies, and has it again': () =>
      shared((n) =>
        n === 3
          ? [
              [0, 5, false],
              [0, 300, true],
            ]
          : [[n % 2, 5, true]],
      ),
  },
  failing: {
    'each goes to both': () =>
      shared(() => [
        [0, 5, true],
        [1, 6, true],
      ]),
    'one of a device by which no reader tells of itself goes to nobody': () =>
      shared((n, device) => (n === 4 && device === 1 ? [] : [[n % 2, 5, true]]), 2),
    'one goes to nobody': () => shared((n) => (n === 4 ? [] : [[n % 2, 5, true]])),
  },
  undecided: {
    'each first one dies when its acknowledgement was just sent': () => brokenAfter(100),
    'each first one hears a little later than the target that its connection is over': () =>
      brokenAfter(500),
  },
};

/** Commands that ask for a reply, and what the answer to each repeats. */
function replied(repeats: readonly boolean[]): Story {
  const story = commanded(60);
  for (const stream of story.plan.streams) if (stream.code === COMMAND) stream.asksReply = true;
  story.fine();
  repeats.forEach((says, n) => {
    const answer = { device: DEVICE, stream: ANSWER, n, repeats: says };
    story.add('replied', SENT + 100 + n, answer);
  });
  return story;
}

const replyTrue: CheckerFixtures = {
  passing: { 'it repeats what the command said': () => replied([true]) },
  failing: { 'it repeats something else': () => replied([true, false]) },
  undecided: { 'nothing was answered': () => replied([]) },
};

export default {
  'expiry-kept': expiryKept,
  'flow-kept': flowKept,
  'reply-true': replyTrue,
  'share-once': shareOnce,
} satisfies Readonly<Record<string, CheckerFixtures>>;
