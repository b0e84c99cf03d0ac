/** Stories of a target that dies, of one that only seems to, and of a fleet that is gone. */
import { PAST_EVERY_PROXY } from '#kernel';
import type { CheckerFixtures } from './checker-fixtures.ts';
import { faultPlan, healthy, type Setting, type Story, TELEMETRY, tellFault } from './story.ts';

const EVERYBODY = [0, 1, 2, 3];
const BY_TARGET: readonly string[] = ['acked', 'observed', 'received', 'online'];
/** After this nothing is sampled any more, and the probes have ended. */
const END = 22_000;

/** The probe past every proxy is cut off at `from`, and refused until `to`. */
export function shutOut(story: Story, from: number, to: number): Story {
  const isPast = ({ op, fields }: Story['events'][number]): boolean =>
    op === 'probe' && fields.cohort === PAST_EVERY_PROXY;
  story.drop((event) => isPast(event) && event.t >= from && event.t < to);
  story.add('probe', from, { cohort: PAST_EVERY_PROXY, saw: 'closed' });
  for (let t = from + 200; t < to; t += 200) {
    story.add('probe', t, { cohort: PAST_EVERY_PROXY, saw: 'refused' });
  }
  return story;
}

/** Nothing of what only a living target can bring about happens in there. */
const lifeless = (story: Story, from: number, to: number, why = 'still-buffered'): Story =>
  story
    .drop((event) => BY_TARGET.includes(event.op) && event.t >= from && event.t < to)
    .change(
      (event) => event.op === 'sent' && event.t >= from && event.t < to,
      ({ fields }) => ({
        op: 'not-sent',
        fields: {
          device: fields.device ?? 0,
          stream: fields.stream ?? TELEMETRY,
          n: fields.n ?? 0,
          why,
        },
      }),
    );

/** Each message a second of a device stands for 1,500 bytes of it at most. */
function limited(story: Story, bytesPerSecond: number): Story {
  const profile = { name: 'limited', delayMs: 0, jitterMs: 0, bytesPerSecond };
  story.plan.cohorts = story.plan.cohorts.map((cohort) => ({ ...cohort, profile }));
  return story;
}

/** Devices are thrown off, and refused every second, or let in again. */
export function thrownOff(
  story: Story,
  devices: readonly number[],
  from: number,
  to: number,
  why = 'ECONNREFUSED',
): Story {
  for (const device of devices) {
    story.add('offline', from, { device, why: 'closed' });
    for (let t = from + 500; t < Math.min(to, END); t += 1000) {
      story.add('connect', t, { device, attempt: 1 }).add('connect-failed', t + 1, { device, why });
    }
    if (to < END) story.add('online', to, { device, present: false });
  }
  return story;
}

/** All of it at once. */
const dead = (story: Story, from: number, to = END): Story =>
  thrownOff(shutOut(lifeless(story, from, to), from, to), EVERYBODY, from, to);

/** Devices come back soon where they can. */
const QUICK: Setting['entry'] = { backoff: { baseMs: 100, capMs: 500, jitter: 'full' } };
const DARK = faultPlan('dark', {
  fault: 'outage',
  proof: { kind: 'refused' },
  down: true,
  devices: EVERYBODY,
});
const KILL = faultPlan('kill', {
  fault: 'broker-kill',
  acts: 'target',
  proof: { kind: 'target-down' },
  cohorts: [],
  devices: [],
});

/** Killed by the plan at 7 s and accepting again at 10 s, though nobody gets in before `backAt`. */
const killed = (backAt = 10_100): Story => {
  const story = healthy({ faults: [KILL], entry: QUICK });
  tellFault(story, 'kill');
  story.add('target', 7000, { is: 'killed' }).add('target', 10_000, { is: 'accepting' });
  return dead(story, 7001, backAt);
};

/** The probe asks and is not answered, from the question at `from` on. */
const unanswered = (story: Story, from: number, to: number): Story => {
  shutOut(story, from, to);
  return story.change(
    ({ op, fields, t }) =>
      op === 'probe' && fields.cohort === PAST_EVERY_PROXY && t >= from && t < to,
    ({ t, fields }) => ({ fields: { ...fields, saw: 'silent', value: (t - from) * 1000 } }),
  );
};

/** Most never goes, for a reason that the plan declares. */
function leftOut(more: { givenUp?: string[] }): Story {
  const story = healthy();
  story.plan.streams = story.plan.streams.map((one) => ({ ...one, skips: ['full'], ...more }));
  return lifeless(story, 3000, END, 'full').add('online', 100, { device: 0, present: false });
}

const targetAlive: CheckerFixtures = {
  passing: {
    'nothing happened': () => healthy(),
    'a planned outage that everybody comes back from': () => {
      const story = healthy({ faults: [DARK], entry: QUICK });
      tellFault(story, 'dark');
      return thrownOff(lifeless(story, 7000, 10_000), EVERYBODY, 7000, 10_400);
    },
    'a target that the plan kills, and that comes back': () => killed(),
    'a client that hangs up and returns within its first wait': () =>
      thrownOff(healthy({ entry: QUICK }), [1], 9000, 9400),
    'a target that shuts out the probe and serves everybody else': () =>
      shutOut(healthy(), 9000, END),
    'a target that hangs up on a probe and lets it in again': () => shutOut(healthy(), 9000, 9500),
    'devices that sleep': () => {
      const story = healthy();
      for (const device of EVERYBODY) story.add('offline', 9000, { device, why: 'planned' });
      return story;
    },
    'a device without power': () =>
      healthy().add('off', 8000, { device: 1, cause: 'battery-empty' }),
    'a device that never came, which is for the gate to say': () =>
      healthy().drop((event) => event.op === 'online' && event.fields.device === 1),
    'a target that is slow to answer a probe': () =>
      unanswered(lifeless(healthy(), 9000, 12_000), 9000, 12_000),
    'a silence for most of which we stood still ourselves': () =>
      unanswered(lifeless(healthy(), 9000, 15_000), 9000, 15_000).add('stall', 14_500, {
        us: 3_000_000,
        process: 'runner',
      }),
    'a probe that is not let in at once after a planned death': () => killed(13_000),
    'a probe that is let in late': () =>
      shutOut(healthy(), 0, 3000).drop(
        ({ op, t }) => ['acked', 'observed'].includes(op) && t < 3000,
      ),
    'a planned outage of most of the run': () => {
      const long = { ...DARK, from: 3000, to: 17_000 };
      const story = healthy({ faults: [long], entry: QUICK });
      tellFault(story, 'dark');
      return thrownOff(lifeless(story, 3000, 17_000), EVERYBODY, 3000, 17_400);
    },
    'devices that sleep more than they can hold': () =>
      lifeless(healthy({ entry: { sleep: { everyMs: 5000, awakeMs: 100 } } }), 3000, END),
    'devices that hold most of it back': () => leftOut({}),
    'a network too thin for its devices': () => lifeless(limited(healthy(), 10), 3000, END),
    'a network that large messages could fill': () => lifeless(limited(healthy(), 1499), 3000, END),
  },
  failing: {
    'it dies and stays dead': () => dead(healthy(), 9000),
    'it dies behind a planned outage': () => {
      const story = healthy({ faults: [DARK] });
      tellFault(story, 'dark');
      return dead(story, 8000);
    },
    'it dies after it came back from a planned death': () => dead(killed(), 12_000),
    'it dies with nobody but the probe awake': () =>
      shutOut(lifeless(healthy(), 9000, END), 9000, END),
    'it dies in the drain': () => dead(healthy(), 20_600),
    'it dies half a second before the end': () => shutOut(healthy(), 21_450, END),
    'it is gone for three seconds': () => dead(healthy({ entry: QUICK }), 9000, 12_000),
    'it hangs': () => unanswered(lifeless(healthy(), 9000, END), 9000, END),
    'it lets a device in no more, and says so': () =>
      thrownOff(healthy({ entry: QUICK }), [1], 9000, END, '3 server unavailable'),
  },
  undecided: {
    'the fleet is gone and the target is well': () =>
      thrownOff(healthy({ entry: QUICK }), EVERYBODY, 9000, END),
    'the fleet leaves at the very end': () =>
      thrownOff(healthy({ entry: QUICK }), EVERYBODY, 19_000, END),
    'the fleet does not come back from a planned outage, and the target is well': () => {
      const story = healthy({ faults: [DARK] });
      tellFault(story, 'dark');
      for (const device of EVERYBODY) {
        story.add('state', END, { device, state: 'connection.stopped' });
      }
      return thrownOff(lifeless(story, 7000, END), EVERYBODY, 7000, END);
    },
    'no probe goes past the proxies, and the fleet is gone': () =>
      dead(healthy({ entry: QUICK }), 9000).drop(
        ({ op, fields }) => op === 'probe' && fields.cohort === PAST_EVERY_PROXY,
      ),
    'it stops answering just before the end': () =>
      unanswered(lifeless(healthy(), 20_000, END), 20_000, END),
    'most was never sent, though everybody was connected': () =>
      lifeless(healthy(), 3000, END).add('online', 100, { device: 0, present: false }),
    'a network whose limit is far away': () => lifeless(limited(healthy(), 1500), 3000, END),
    'a carrier without room gave up most of it': () => leftOut({ givenUp: ['full'] }),
    'a ledger with a hole': () => {
      const story = dead(healthy(), 9000);
      story.torn = 5;
      return story;
    },
  },
};

export const aliveFixtures: Record<string, CheckerFixtures> = { 'target-alive': targetAlive };
