/** Stories about connections: sessions, wills, retained values, presence. */
import { type FaultPlan, FLAG } from '#kernel';
import type { CheckerFixtures } from './checker-fixtures.ts';
import {
  about,
  COMMAND,
  faultPlan,
  forgetful,
  hashFor,
  healthy,
  type Setting,
  STATUS,
  type Story,
  tellFault,
  tellMessage,
  WILL,
  WILL_HASH,
} from './story.ts';

const OUTAGE: FaultPlan = faultPlan('dark', {
  fault: 'outage',
  proof: { kind: 'refused' },
  down: true,
  devices: [0, 1, 2, 3],
});

/** A device is thrown off at `from` and comes back at `to`. */
function away(story: Story, device: number, from: number, to: number, present: boolean): Story {
  return story
    .add('offline', from, { device, why: 'closed' })
    .add('connect', to - 20, { device, attempt: 1 })
    .add('online', to, { device, present: present });
}

const PERSISTENT: Setting = { entry: { session: 'persistent' }, faults: [OUTAGE] };
function outage(setting: Setting, present: boolean): Story {
  const story = healthy(setting);
  tellFault(story, 'dark');
  for (let device = 0; device < 4; device++) away(story, device, 7010, 10_500, present);
  return story;
}

/**
 * Device 1 loses its power, is sent a command, and comes back clean; it is given the command.
 */
function restarted(firstAt: number): Story {
  const devices = [{ device: 1, offsetMs: 0 }];
  return outage({ ...PERSISTENT, commands: { firstAt, everyMs: 20_000, qos: 1, devices } }, true)
    .add('off', 12_000, { device: 1, cause: 'power-cut' })
    .add('boot', 19_000, { device: 1, epoch: 2, cause: 'power-on' })
    .add('connect', 19_100, { device: 1, attempt: 0 })
    .add('online', 19_200, { device: 1, present: false })
    .change(about('received', 1, COMMAND, 0), () => ({ t: 19_300 }));
}

const sessionKept: CheckerFixtures = {
  passing: {
    'everybody finds its session': () => outage(PERSISTENT, true),
    'after a power cut there is none to find': () => {
      const story = outage(PERSISTENT, true);
      return story
        .add('off', 12_000, { device: 2, cause: 'power-cut' })
        .add('boot', 13_000, { device: 2, epoch: 2, cause: 'power-on' })
        .add('connect', 13_100, { device: 2, attempt: 0 })
        .add('online', 13_200, { device: 2, present: false });
    },
    'a new session is given nothing': () =>
      restarted(13_000).drop(about('received', 1, COMMAND, 0)),
    'a command may just have come too late for the old session': () => restarted(15_000),
    'and nobody knows it of one that was sent again': () =>
      restarted(13_000).add('sent', 13_002, {
        ...{ device: 1, stream: COMMAND, n: 0, hash: hashFor(1, COMMAND, 0) },
        flags: 1 | FLAG.resend,
      }),
    'a killed target that forgets sessions': () =>
      outage(
        {
          ...PERSISTENT,
          target: { guarantees: forgetful({ durableTelemetry: true }) },
        },
        true,
      )
        .add('target', 12_000, { is: 'killed' })
        .add('target', 12_400, { is: 'accepting' })
        .add('offline', 12_010, { device: 1, why: 'closed' })
        .add('connect', 12_500, { device: 1, attempt: 1 })
        .add('online', 12_520, { device: 1, present: false }),
  },
  failing: {
    'the session is forgotten': () => {
      const story = outage(PERSISTENT, true);
      return story.change(
        (event) => event.op === 'online' && event.t === 10_500 && event.fields.device === 1,
        (event) => ({ fields: { ...event.fields, present: false } }),
      );
    },
    'a new session is given what waited in the old one': () => restarted(13_000),
  },
  undecided: {
    'nobody had to come back': () => healthy(PERSISTENT),
  },
};

const WILLS: Setting = { entry: { will: true, keepAliveS: 2 }, faults: [OUTAGE] };

const will = (story: Story, device: number, n: number, t: number): Story =>
  story.add('observed', t, { device, stream: WILL, n, hash: WILL_HASH, flags: 1, epoch: 1 });

function outageWithWills(): Story {
  const story = outage(WILLS, false);
  for (let device = 0; device < 4; device++) will(story, device, 0, 7050);
  return story;
}

/** Devices 1 to 3 are cut off and mourned; of device 0 the story tells on. */
function othersMourned(entry: Setting['entry']): Story {
  const target = { guarantees: forgetful() };
  const story = healthy({ ...WILLS, entry: { ...WILLS.entry, ...entry }, target });
  tellFault(story, 'dark');
  for (const device of [1, 2, 3]) {
    will(away(story, device, 7010, 10_500, true), device, 0, 7050);
  }
  return story;
}

/** A silent link: device 1 gives up and takes its own connection over before the target notices. */
function takenOver(
  target: Setting['target'] = {},
  session: 'clean' | 'persistent' = 'persistent',
): Story {
  return healthy({ ...WILLS, entry: { ...WILLS.entry, session }, faults: [], target })
    .add('offline', 9000, { device: 1, why: 'keep-alive' })
    .add('connect', 9200, { device: 1, attempt: 0, will: WILL_HASH })
    .add('online', 9300, { device: 1, present: true });
}

const willHonest: CheckerFixtures = {
  passing: {
    'one at a take-over into a kept session': () => will(takenOver(), 1, 0, 9310),
    'none at a take-over, of which nothing is promised': () =>
      takenOver({ guarantees: { ...healthy().plan.target.guarantees, willOnTakeOver: 'clean' } }),
    'nor at one of a clean session, where none is promised at all': () =>
      takenOver({ guarantees: forgetful({ willOnTakeOver: 'none' }) }, 'clean'),
    'a plan of old says yes or no of it': () =>
      takenOver({ guarantees: forgetful({ willOnTakeOver: false as never }) }),
    'none yet from a target that waits three keep-alives': () =>
      healthy({
        ...WILLS,
        entry: { ...WILLS.entry, keepAliveS: 5 },
        target: { guarantees: forgetful({ keepAliveGrace: 3 }) },
      }).add('off', 8000, { device: 1, cause: 'power-cut' }),
    'the target had closed before the goodbye: the will was out': () =>
      will(healthy(WILLS).add('offline', 9000, { device: 1, why: 'planned' }), 1, 0, 8990),
    'the target had closed before the goodbye: it met a closed connection': () =>
      will(
        healthy(WILLS)
          .add('offline', 9000, { device: 1, why: 'planned' })
          .add('unheard', 9003, { device: 1 }),
        1,
        0,
        9002,
      ),
    'nobody leaves, nobody is mourned': () => healthy(WILLS),
    'one will for each cut connection': () => outageWithWills(),
    'none after a goodbye': () => {
      const story = outageWithWills();
      return story
        .add('offline', 15_000, { device: 1, why: 'planned' })
        .add('connect', 17_000, { device: 1, attempt: 0 })
        .add('online', 17_100, { device: 1, present: false });
    },
    'a kill of the target promises nothing': () =>
      healthy(WILLS)
        .add('target', 8000, { is: 'killed' })
        .add('target', 9000, { is: 'accepting' })
        .add('offline', 8010, { device: 1, why: 'closed' })
        .add('connect', 9100, { device: 1, attempt: 0 })
        .add('online', 9200, { device: 1, present: false }),
    'after a power cut it comes with the keep-alive': () =>
      will(healthy(WILLS).add('off', 8000, { device: 1, cause: 'power-cut' }), 1, 0, 11_000),
    'who falls silent as its link is cut is not missed at once': () =>
      othersMourned({ keepAliveS: 20 }).add('off', 7010, { device: 0, cause: 'power-cut' }),
  },
  failing: {
    'none for a device that tried again at once, and was refused': () =>
      away(othersMourned({ session: 'persistent' }), 0, 7010, 10_500, true)
        .add('connect', 7200, { device: 0, attempt: 0, will: WILL_HASH })
        .add('connect-failed', 7210, { device: 0, why: 'refused' }),
    'a will is missing': () => outageWithWills().drop(about('observed', 2, WILL, 0)),
    'none at a take-over that promises one': () => takenOver(),
    'none at one of a clean session, of which it is promised': () =>
      takenOver({ guarantees: forgetful() }, 'clean'),
    'none after the silence that is promised to be long enough': () =>
      healthy({
        ...WILLS,
        entry: { ...WILLS.entry, keepAliveS: 5 },
        target: { guarantees: forgetful() },
      }).add('off', 7000, { device: 1, cause: 'power-cut' }),
    'a will long before a goodbye': () =>
      will(healthy(WILLS).add('offline', 15_000, { device: 1, why: 'planned' }), 1, 0, 9000),
    'a will that comes far too late': () =>
      will(outageWithWills().drop(about('observed', 2, WILL, 0)), 2, 0, 22_600),
    'a will is published twice': () => will(outageWithWills(), 2, 0, 7060),
    'a will while connected': () => will(healthy(WILLS), 1, 0, 9000),
    'a will after a goodbye': () =>
      will(healthy(WILLS).add('offline', 9000, { device: 1, why: 'planned' }), 1, 0, 9100),
    'none after a power cut': () =>
      healthy(WILLS).add('off', 8000, { device: 1, cause: 'power-cut' }),
  },
  undecided: {
    'the observer was away': () => {
      const story = outageWithWills()
        .drop((event) => event.fields.stream === WILL)
        .add('observer', 7000, { up: false, first: 0, lanes: 1, why: 'closed' });
      return story.add('observer', 9000, { up: true, first: 0, lanes: 1, why: 'new-session' });
    },
  },
};

const STATUSES: Setting = { entry: { retainStatus: true } };

/** Device 1 writes a second status at 9 s. */
function rewritten(retained: number): Story {
  const story = healthy(STATUSES);
  tellMessage(story, 1, STATUS, 1, 9000);
  return story.change(about('retained', 1, STATUS, 0), (event) => ({
    fields: { ...event.fields, n: retained, hash: hashFor(1, STATUS, retained) },
  }));
}

const retainedCurrent: CheckerFixtures = {
  passing: {
    'the last status of each': () => healthy(STATUSES),
    'a newer one': () => rewritten(1),
    'one of which nobody knows whether it was written': () =>
      rewritten(1)
        .drop(about('acked', 1, STATUS, 1))
        .drop(about('observed', 1, STATUS, 1)),
  },
  failing: {
    'an older one': () => rewritten(0),
    'none at all': () => healthy(STATUSES).drop(about('retained', 1, STATUS, 0)),
    'two at once': () =>
      healthy(STATUSES).add('retained', 22_350, {
        device: 1,
        stream: STATUS,
        n: 0,
        hash: hashFor(1, STATUS, 0),
      }),
    'other bytes': () =>
      healthy(STATUSES).change(about('retained', 1, STATUS, 0), (event) => ({
        fields: { ...event.fields, hash: 3 },
      })),
    'a value nobody wrote': () =>
      healthy(STATUSES).change(about('retained', 1, STATUS, 0), (event) => ({
        fields: { ...event.fields, n: 7 },
      })),
  },
  undecided: {
    'the read was not complete': () =>
      healthy(STATUSES).change(
        (event) => event.op === 'final-read' && event.fields.part === 'retained',
        (event) => ({ fields: { ...event.fields, complete: false } }),
      ),
  },
};

const PRESENT: Setting = { expect: [{ checker: 'presence', params: { within: 2000 } }] };
const says = (story: Story, device: number, online: boolean): Story =>
  story.change(
    (event) => event.op === 'presence' && event.fields.device === device,
    (event) => ({ fields: { ...event.fields, online } }),
  );

const presence: CheckerFixtures = {
  passing: {
    'all online and said so': () => healthy(PRESENT),
    'we stood still only after it was read': () =>
      healthy(PRESENT).add('stall', 22_990, { us: 300_000, process: 'shard-0' }),
    'one went and it is known': () =>
      says(healthy(PRESENT).add('offline', 9000, { device: 1, why: 'planned' }), 1, false),
  },
  failing: {
    'one went and is still said to be online': () =>
      healthy(PRESENT).add('offline', 9000, { device: 1, why: 'planned' }),
    'one is there and said to be offline': () => says(healthy(PRESENT), 1, false),
    'one is not listed': () =>
      healthy(PRESENT).drop((event) => event.op === 'presence' && event.fields.device === 1),
  },
  undecided: {
    'it changed just before': () =>
      healthy(PRESENT).add('offline', 21_900, { device: 1, why: 'planned' }),
    'it was not read': () =>
      healthy(PRESENT)
        .drop((event) => event.op === 'presence')
        .change(
          (event) => event.op === 'final-read' && event.fields.part === 'presence',
          (event) => ({ fields: { ...event.fields, complete: false } }),
        ),
  },
};

export const sessionFixtures: Record<string, CheckerFixtures> = {
  'session-kept': sessionKept,
  'will-honest': willHonest,
  'retained-current': retainedCurrent,
  presence,
};
