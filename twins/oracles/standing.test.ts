/**
 * When an acknowledged message that never came is owed, is not, or cannot be decided: known
 * answers, with each limit tried on both its sides.
 */
import { describe, expect, it } from 'vitest';
import type { FaultPlan, LedgerEntry, OpName, Plan } from '#kernel';
import { entryOf, type LooseFields } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { ConnectionOracle } from './connections.ts';
import { HAPPENED } from './message-table.ts';
import { emptyView, type MessageView } from './message-view.ts';
import { standingOf } from './standing.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const S = 1_000_000;
/** Devices sample until here, and the drain takes ten seconds. */
const SAMPLING_END = 60;
const END = 100;

const at = (second: number, op: OpName, fields: LooseFields = {}): LedgerEntry =>
  entryOf(Math.round(second * S), op, fields);

const of = (second: number, op: OpName, fields: LooseFields = {}): LedgerEntry =>
  at(second, op, { device: 0, ...fields });

interface Case {
  plan?: (plan: Plan) => Plan;
  /** Beside phases and an observer that is there throughout. */
  told?: readonly LedgerEntry[];
  /** Sent after 10 s and acknowledged after 11 s, unless it says otherwise. */
  message?: Partial<MessageView>;
  /** In seconds. */
  drainTo?: number;
  end?: number;
  faults?: readonly FaultPlan[];
  /** The segment of the lane carries the digest of another plan. */
  torn?: boolean;
}

/** What it comes to, in one line. */
function standing(stream: keyof typeof CODE, one: Case = {}): string {
  const base = testPlan({
    devices: 2,
    readings: SAMPLING_END,
    keepsTelemetry: stream === 'answer',
  });
  const plan = { ...(one.plan ?? same)(base), faults: [...(one.faults ?? [])] };
  const entries = [
    at(0, 'observer', { up: true, first: 0, lanes: 1, why: 'new-session' }),
    at(SAMPLING_END, 'phase', { begins: true, name: 'drain' }),
    at(one.drainTo ?? 70, 'phase', { begins: false, name: 'drain' }),
    ...(one.told ?? []),
    at(one.end ?? END, 'note'),
  ].sort((a, b) => a.t - b.t);
  const builder = new TimelineBuilder(plan);
  const connections = new ConnectionOracle(plan);
  for (const lanes of [[], [0]]) {
    const planSha256 = one.torn === true ? 'another' : 'this';
    const header = { schema: 'twinstorm.ledger/1', segment: 's', planSha256, lanes } as const;
    builder.open(header, 'this');
    // Each thing is told once, but both halves of the ledger come to its end.
    for (const entry of entries) {
      if (isOfHarness(entry) === (lanes.length === 0)) builder.step(entry);
      else builder.step(at(entry.t / S, 'note'));
    }
    builder.close({ damage: [], isClosed: true });
  }
  for (const entry of entries) connections.step(entry);
  const sent = { sentAt: 10 * S, ackedAt: 11 * S, flags: HAPPENED.sent | HAPPENED.acked };
  const message = { ...emptyView(), device: 0, stream: CODE[stream], qos: 1, ...sent } as const;
  const around = { plan, timeline: builder.finish(), connections };
  const { kind, why } = standingOf({ ...message, ...one.message }, around);
  return why === '' ? kind : `${kind}: ${why}`;
}

const same = (plan: Plan): Plan => plan;
const isOfHarness = ({ op }: LedgerEntry): boolean =>
  ['fault', 'phase', 'stall', 'target'].includes(op);

const guarantees =
  (more: Partial<Plan['target']['guarantees']>) =>
  (plan: Plan): Plan => ({
    ...plan,
    target: { ...plan.target, guarantees: { ...plan.target.guarantees, ...more } },
  });
const observers =
  (more: Partial<Plan['observers']>) =>
  (plan: Plan): Plan => ({ ...plan, observers: { ...plan.observers, ...more } });

const speaking5 =
  (also: (plan: Plan) => Plan) =>
  (plan: Plan): Plan => {
    const known = also(plan);
    return { ...known, target: { ...known.target, mqtt: '5' } };
  };

/** Killed, and back after half a second. */
const killed = (second: number): LedgerEntry[] => [
  at(second, 'target', { is: 'killed' }),
  at(second + 0.5, 'target', { is: 'accepting' }),
];

const FAULT = { id: 'f', acts: 'link', devices: [0], cohorts: [0] } as unknown as FaultPlan;
const struck = (from: number, to: number): LedgerEntry[] => [
  at(from, 'fault', { injected: true, fault: 'f' }),
  at(to, 'fault', { injected: false, fault: 'f' }),
];

const US = 1 / S;

it('is not owed beyond a limit that the target declares', () => {
  const message = { flags: HAPPENED.sent | HAPPENED.acked | HAPPENED.beyond };
  expect(standing('status', { message })).toMatch(/^not-owed: sent beyond a limit/);
});

it('is not decided where our own ledger has a hole', () => {
  expect(standing('status', { torn: true })).toBe('undecided: our own ledger is not whole');
});

describe('a message that observers are to see', () => {
  const FORGOTTEN = 'not-owed: the target was killed and does not promise its queues';
  const forgetful = guarantees({ durableSessions: false });

  it('is owed where nothing speaks against it', () => {
    expect(standing('status')).toBe('owed');
    expect(standing('status', { plan: observers({ backlogSafe: false }) })).toBe('owed');
    expect(standing('status', { plan: observers({ qos: 0 }) })).toMatch(/^not-owed: .* QoS 0$/);
  });

  it.each([
    [10 - US, 'owed'],
    [10, FORGOTTEN],
    [16, FORGOTTEN],
    [16 + US, 'owed'],
  ])('and the target that forgets was killed after %f s: %s', (second, wanted) => {
    expect(standing('status', { plan: forgetful, told: killed(second) })).toBe(wanted);
  });

  it('is owed by a target that keeps its queues, unless it acknowledges early', () => {
    const told = [...killed(5), ...killed(12)];
    expect(standing('status', { told })).toBe('owed');
    expect(standing('status', { told, plan: guarantees({ acknowledgesEarly: true }) })).toBe(
      FORGOTTEN,
    );
  });

  // Acknowledged after 60.5 s: 5 s are not left, at least 2 s are granted.
  it.each([
    [70, 65.5],
    [64, 64],
    [61, 62.5],
  ])('has time until the end of the drain at %d s, but 2 s: %d s', (drainTo, due) => {
    const message = { sentAt: 60 * S, ackedAt: 60.5 * S };
    const about = { plan: forgetful, message, drainTo };
    expect(standing('status', { ...about, told: killed(due) })).toBe(FORGOTTEN);
    expect(standing('status', { ...about, told: killed(due + US) })).toBe('owed');
  });

  const gap = (from: number, to: number, why: string): LedgerEntry[] => [
    at(from, 'observer', { first: 0, lanes: 1, why: 'closed' }),
    at(to, 'observer', { up: true, first: 0, lanes: 1, why }),
  ];

  it('is not decided where the observer lost its session meanwhile', () => {
    const gone = 'undecided: the observer was away and its session was gone';
    expect(standing('status', { told: gap(12, 13, 'new-session') })).toBe(gone);
    expect(standing('status', { told: gap(9, 10 + US, 'new-session') })).toBe(gone);
    expect(standing('status', { told: gap(9, 10, 'new-session') })).toBe('owed');
    expect(standing('status', { told: gap(16, 17, 'new-session') })).toBe('owed');
  });

  it('is owed where the session was kept, holds all that came, and there was time', () => {
    const told = gap(12, 90, 'session-present');
    expect(standing('status', { told })).toBe('owed');
    expect(standing('status', { told, plan: observers({ backlogSafe: false }) })).toBe(
      'undecided: the observer was away for too many messages',
    );
    const plan = guarantees({ redeliversWithinMs: 8000 });
    const soon = 'undecided: the run ended while it might still be delivered again';
    expect(standing('status', { told, plan, end: 98 - US })).toBe(soon);
    expect(standing('status', { told, plan, end: 98 })).toBe('owed');
  });

  it.each([
    // Sent after 10 s; whole seconds are counted, and one may be over a second early.
    [9, 'not-owed: it may have expired first'],
    [10, 'owed'],
    [2_592_000, 'owed'],
  ])('is excused by an expiry of %d s where that may be over: %s', (expiryS, wanted) => {
    const plan = speaking5((base) => ({
      ...base,
      entries: base.entries.map((entry) => ({ ...entry, mqtt5: { expiryS } })),
    }));
    const told = gap(12, 14 - US, 'session-present');
    expect(standing('status', { plan, told })).toBe(wanted);
  });

  it('is not decided where a burst may exceed the queue of an observer', () => {
    const plan = observers({ backlogSafe: false });
    const burst = (told: LedgerEntry[], over = plan): string =>
      standing('status', { told, plan: over, faults: [FAULT] });
    const exceeds = "undecided: the burst may exceed the target's declared queue limit";
    // A fault that ended after 0 s has its burst until 15 s; due is what was sent after 10 s.
    expect(burst(struck(-10, -5 + US))).toBe(exceeds);
    expect(burst(struck(-10, -5))).toBe('owed');
    expect(burst(struck(16 - US, 20))).toBe(exceeds);
    expect(burst(struck(16, 20))).toBe('owed');
    expect(burst(struck(12, 13), same)).toBe('owed');
    expect(burst([at(13, 'fault', { fault: 'f' })])).toBe('owed');
    expect(burst([at(13, 'stall', { us: 100, process: 'shard 0' })])).toBe(exceeds);
  });
});

describe('a message that the store is to keep', () => {
  const read = (complete: boolean): LedgerEntry[] => [
    at(80, 'final-read', { complete: true, part: 'begin' }),
    at(81, 'final-read', { complete, part: 'store' }),
  ];
  const kept = (about: Case): string =>
    standing('answer', { ...about, told: [...read(true), ...(about.told ?? [])] });
  const FORGOTTEN = 'not-owed: the target was killed and does not promise its store';

  it('is owed when the store was read to its end after it', () => {
    expect(kept({})).toBe('owed');
    expect(standing('answer')).toMatch(/^undecided: .* not complete$/);
    expect(standing('answer', { told: read(false) })).toMatch(/^undecided: .* not complete$/);
    expect(kept({ message: { ackedAt: 80 * S } })).toMatch(/^undecided: acknowledged after/);
    expect(kept({ message: { ackedAt: 80 * S - 1 } })).toBe('owed');
  });

  it('is not owed by a target that was killed after it and forgets its store', () => {
    const plan = guarantees({ durableTelemetry: false });
    expect(kept({ plan, told: killed(10) })).toBe(FORGOTTEN);
    expect(kept({ plan, told: [...killed(5), ...killed(50)] })).toBe(FORGOTTEN);
    expect(kept({ plan, told: killed(10 - US) })).toBe('owed');
  });

  it('is not owed for a while by one that acknowledges before it keeps', () => {
    const plan = guarantees({ acknowledgesEarly: true });
    expect(kept({ plan, told: killed(10) })).toBe(FORGOTTEN);
    expect(kept({ plan, told: killed(16 - US) })).toBe(FORGOTTEN);
    expect(kept({ plan, told: killed(16) })).toBe('owed');
    expect(kept({ plan, told: killed(10 - US) })).toBe('owed');
    expect(kept({ told: killed(12) })).toBe('owed');
  });
});

describe('a message to a device', () => {
  const CLEAN = 'not-owed: the device was away and its session clean';
  const NEVER = 'not-owed: the device had not subscribed yet';
  const UNKNOWN = 'undecided: whether the device had subscribed is not known';
  const KILLED = 'not-owed: the target was killed and does not promise its sessions';
  const there = [of(1, 'online'), of(2, 'subscribed', { granted: 1 })];
  const to = (about: Case): string =>
    standing('command', { faults: [FAULT], ...about, told: [...(about.told ?? there)] });
  const persistent = (plan: Plan): Plan => ({
    ...plan,
    entries: plan.entries.map((entry) => ({ ...entry, session: 'persistent' })),
  });

  it('is owed as it subscribed', () => {
    expect(to({})).toBe('owed');
    const grantedWith = (granted: number): string =>
      to({ told: [of(1, 'online'), of(2, 'subscribed', { granted })] });
    expect(grantedWith(0)).toBe('not-owed: the target granted the device only QoS 0');
    expect(grantedWith(128)).toBe("not-owed: the target refused the device's subscription");
    const late = of(11, 'subscribed', { granted: 1 });
    expect(to({ told: [of(1, 'online'), late] })).toBe(NEVER);
    expect(to({ told: [of(1, 'online', { present: true }), late] })).toBe(UNKNOWN);
  });

  it('is owed over one connection, from before it was sent until it had time to come', () => {
    const from = (second: number): LedgerEntry[] => [
      of(second, 'online'),
      of(second, 'subscribed', { granted: 1 }),
    ];
    const until = (second: number): LedgerEntry[] => [...there, of(second, 'offline')];
    expect(to({ told: from(10 - US) })).toBe('owed');
    expect(to({ told: [of(0.1, 'online'), of(0.2, 'offline'), ...there] })).toBe('owed');
    // In virtual time it may have been sent in that very instant, and before.
    expect(to({ told: from(10) })).toBe(CLEAN);
    expect(to({ told: until(16) })).toBe('owed');
    expect(to({ told: until(16 - US) })).toBe(CLEAN);
  });

  it('is owed two seconds after the connection where the ledger does not tell grants', () => {
    expect(to({ told: [of(8 - US, 'online')] })).toBe('owed');
    expect(to({ told: [of(8, 'online')] })).toBe(CLEAN);
  });

  it('is not decided on a link that was disturbed, or when it came after sampling', () => {
    const disturbed = 'undecided: its link was disturbed';
    expect(to({ told: [...there, ...struck(16 - US, 18)] })).toBe(disturbed);
    expect(to({ told: [...there, ...struck(16, 18)] })).toBe('owed');
    const acked = (us: number): string => to({ message: { sentAt: 59 * S, ackedAt: us } });
    expect(acked(60 * S)).toBe('owed');
    expect(acked(60 * S + 1)).toBe('undecided: sent at the end');
    const message = { sentAt: 59 * S, ackedAt: 60 * S };
    expect(to({ message, told: [...there, ...struck(61, 62)] })).toBe(disturbed);
  });

  it('is not owed by a target that forgot the session, unless it was due before', () => {
    const plan = guarantees({ durableSessions: false });
    const killedAt = (second: number, about: Case = {}): string =>
      to({ plan, ...about, told: [...killed(0.2), ...there, ...killed(second)] });
    expect(killedAt(12)).toBe(KILLED);
    expect(killedAt(16)).toBe('owed');
    // Acknowledged in the last instant of sampling, or a little later.
    const last = { sentAt: 59 * S, ackedAt: 60 * S };
    expect(killedAt(66, { message: last })).toBe('owed');
    expect(killedAt(66, { message: { ...last, ackedAt: 60 * S + 1 } })).toBe(KILLED);
    const left = [...there, of(12, 'offline')];
    expect(to({ plan, told: [...left, ...killed(9.5)] })).toBe(CLEAN);
    expect(to({ plan, told: [...left, ...killed(9.5 + US)] })).toBe(KILLED);
    const early = guarantees({ acknowledgesEarly: true });
    expect(killedAt(12, { plan: early })).toBe(KILLED);
    expect(killedAt(12, { plan: same })).toBe('owed');
  });

  describe('with a session that is kept', () => {
    const ENDED = 'not-owed: the session ended before it was taken';
    const SHORT = 'undecided: the device was not there long enough to take it';
    const back = (second: number, present = true): LedgerEntry[] => [
      ...[...there, of(12, 'offline', { why: 'closed' })],
      of(second, 'online', { present }),
    ];
    const waits = (told: LedgerEntry[], plan: Case['plan'] = same): string =>
      to({ plan: (base) => plan(persistent(base)), told });

    it('is owed when the device was back for as long as it takes', () => {
      expect(waits(back(20))).toBe('owed');
      expect(waits([...back(20), of(25, 'offline')])).toBe('owed');
      expect(waits([...back(20), of(25 - US, 'offline')])).toBe(SHORT);
      expect(waits([...back(20), ...struck(30, 31)])).toBe(SHORT);
      expect(waits([...there, of(12, 'offline')])).toBe(SHORT);
      expect(waits([...there, ...struck(12, 13)])).toBe(SHORT);
      const slow = guarantees({ redeliversWithinMs: 30_000 });
      expect(waits([...back(20), of(50, 'offline')], slow)).toBe('owed');
      expect(waits([...back(20), of(50 - US, 'offline')], slow)).toBe(SHORT);
    });

    it('is excused by an expiry only where that may be over before it is back', () => {
      const EXPIRED = 'not-owed: it may have expired first';
      const outliving = (expiryS: number, told: LedgerEntry[], plan: Case['plan'] = same): string =>
        waits(
          told,
          speaking5((base) => ({
            ...plan(base),
            streams: base.streams.map((stream) => ({ ...stream, expiryS })),
          })),
        );
      // Sent after 10 s; its device is back after 20, and has five more to be handed it.
      expect(outliving(16, back(20))).toBe(EXPIRED);
      expect(outliving(17, back(20))).toBe('owed');
      expect(outliving(60, back(20))).toBe('owed');
      // One that it had under way may come again so much later.
      const slow = guarantees({ redeliversWithinMs: 30_000 });
      expect(outliving(41, back(20), slow)).toBe(EXPIRED);
      expect(outliving(42, back(20), slow)).toBe('owed');
      // Nobody took it; of one that was back before its end that says nothing.
      const short = [...back(20), of(25 - US, 'offline')];
      expect(outliving(60, short)).toBe(SHORT);
      expect(outliving(11, short)).toBe(EXPIRED);
      expect(outliving(91, [...there, of(12, 'offline')])).toBe(EXPIRED);
      expect(outliving(92, [...there, of(12, 'offline')])).toBe(SHORT);
      // It stood, and what lay in the way may have lasted as long.
      expect(outliving(7, [...there, ...struck(12, 13)])).toBe(EXPIRED);
      expect(outliving(2, there)).toBe('owed');
    });

    it('is not owed once the session has ended, by a restart too', () => {
      expect(waits(back(20, false))).toBe(ENDED);
      expect(waits([...back(20, false), of(22, 'offline')])).toBe(ENDED);
      const restarted = [of(15, 'boot'), of(30, 'offline'), of(40, 'online', { present: true })];
      expect(waits([...back(20), ...restarted])).toBe('owed');
      const gone = [of(21, 'offline'), of(22, 'boot'), of(23, 'online', { present: false })];
      expect(waits([...back(20), ...gone])).toBe(ENDED);
      // Taken before, by the next connection or still by that one.
      const clean = [of(30, 'offline'), of(31, 'online')];
      expect(waits([...back(20), ...clean])).toBe('owed');
      expect(waits([...there, ...struck(10.2, 10.8), ...clean])).toBe('owed');
    });

    it('is not owed to one that came back clean, whatever session it finds after that', () => {
      const clean = [of(4, 'off'), of(5, 'boot'), of(6, 'online')];
      const waiting = [...there, ...clean, of(7, 'subscribed', { granted: 1 })];
      const found = [of(12, 'offline'), of(20, 'online', { present: true })];
      expect(waits(waiting)).toBe('owed');
      expect(waits([...waiting, ...found])).toBe(ENDED);
    });

    it('is not decided where nobody tells whether it had subscribed before it left', () => {
      const left = (second: number, present = false): LedgerEntry[] => [
        of(1, 'online', { present }),
        of(second, 'offline'),
        of(20, 'online', { present: true }),
      ];
      expect(waits(left(3))).toBe('owed');
      expect(waits(left(3 - US))).toBe(UNKNOWN);
      expect(waits(left(3 - US, true))).toBe('owed');
      expect(waits([...left(9), ...struck(3 - US, 4)])).toBe(UNKNOWN);
      expect(waits([...left(9), ...struck(3, 4)])).toBe('owed');
      expect(waits([of(8, 'online'), of(9, 'offline')])).toBe(NEVER);
    });
  });

  describe('through a carrier', () => {
    const carried = (plan: Plan): Plan => ({
      ...plan,
      devices: plan.devices.map((row, index) => (index === 1 ? { ...row, via: 0 } : row)),
    });
    const mine = (second: number, op: OpName, fields: LooseFields = {}): LedgerEntry =>
      at(second, op, { device: 1, ...fields });
    const through = (...told: LedgerEntry[]): string =>
      to({ plan: carried, message: { device: 1 }, told: [...there, ...told] });
    const AWAY = 'undecided: it was off or asleep when its carrier got it';
    const boot = mine(3, 'boot');

    it('is owed while the device itself has power and is awake', () => {
      expect(through(boot)).toBe('owed');
      expect(through()).toBe(AWAY);
      expect(through(mine(10, 'boot'))).toBe('owed');
      expect(through(mine(10 + US, 'boot'))).toBe(AWAY);
    });

    it('is not decided when it lost its power before it had time to come', () => {
      expect(through(boot, mine(3, 'off'))).toBe(AWAY);
      expect(through(boot, mine(16, 'off'))).toBe(AWAY);
      expect(through(boot, mine(16 + US, 'off'))).toBe('owed');
      expect(through(boot, mine(4, 'off'), mine(5, 'boot'))).toBe('owed');
    });

    it('is not decided when it slept, or was reset', () => {
      const nap = (from: number, to: number): LedgerEntry[] => [
        mine(from, 'state', { state: 'connection.sleeping' }),
        mine(to, 'state', { state: 'connection.online' }),
      ];
      expect(through(boot, ...nap(4, 5), ...nap(12, 13))).toBe(AWAY);
      expect(through(boot, ...nap(8, 10))).toBe('owed');
      expect(through(boot, ...nap(16, 20))).toBe('owed');
      expect(through(boot, ...nap(8, 10 + US))).toBe(AWAY);
    });
  });
});
