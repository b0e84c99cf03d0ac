/** In which class a message comes to rest, by what happened to it; the first that fits counts. */
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../kernel/testing/fields.ts';
import { CODE } from '../../kernel/testing/streams.ts';
import { ConnectionOracle } from './connections.ts';
import { decideFate, UNDECLARED } from './fate.ts';
import { HAPPENED } from './message-table.ts';
import { emptyView, type MessageView } from './message-view.ts';
import { testPlan } from './testing/plan.ts';
import { TimelineBuilder } from './timeline-builder.ts';

const SAMPLING_END = 5000;

/** It was the view of another message before. */
const USED: MessageView = {
  ...emptyView(),
  ...{ qos: 1, fate: 'refused', why: 'what was before', standing: 'not-owed' },
};

interface Around {
  /** Why it was not sent. */
  reason?: string;
  keepsTelemetry?: boolean;
  /** The target may say of a reading that it did not keep it. */
  mayShed?: boolean;
  /** An observer was there all the time. */
  isWhole?: boolean;
}

/** As `fate (why) standing`; of a target that keeps what it gets in a store, or in none. */
function fate(more: Partial<MessageView>, around: Around = {}): string {
  const { reason = 'a whim', keepsTelemetry = true } = around;
  const plan = testPlan({ devices: 1, readings: 4, keepsTelemetry });
  const reading = plan.streams.find(({ code }) => code === CODE.telemetry);
  if (around.mayShed === true && reading !== undefined) reading.mayShed = true;
  const builder = new TimelineBuilder(plan);
  builder.open({ schema: 'twinstorm.ledger/1', segment: 's', planSha256: '', lanes: [] }, '');
  builder.step({ t: SAMPLING_END, device: -1, op: 'phase', begins: true, name: 'drain' });
  builder.step({ t: 9000, device: -1, op: 'note', text: '' });
  builder.close({ damage: [], isClosed: true });
  if (around.isWhole === true) {
    builder.open({ schema: 'twinstorm.ledger/1', segment: 'lane', planSha256: '', lanes: [0] }, '');
    builder.step(entryOf(0, 'observer', { up: true, first: 0, lanes: 1, why: 'new-session' }));
    builder.step({ t: 900_000_000, device: -1, op: 'note', text: '' });
    builder.close({ damage: [], isClosed: true });
  }
  const connections = new ConnectionOracle(plan);
  const view: MessageView = { ...USED, device: 0, stream: CODE.telemetry, ...more };
  decideFate(view, reason, { plan, timeline: builder.finish(), connections });
  return `${view.fate} (${view.why}) ${view.standing}`;
}

const { sent, acked, refused, notSent, abandoned, observed, stored, received } = HAPPENED;

describe('the class of a message', () => {
  it('is refused, though acknowledged, where the target may pass it over and says so', () => {
    const told = { flags: sent | acked | refused };
    const passed = 'refused (the target says that it passed it over) not-owed';
    expect(fate(told, { mayShed: true })).toBe(passed);
    // That it says so excuses nothing where it may not, nor what is not said, nor what is there.
    expect(fate(told)).not.toMatch(/^refused/);
    expect(fate({ ...told, stream: CODE.answer }, { mayShed: true })).not.toMatch(/^refused/);
    expect(fate({ flags: sent | acked }, { mayShed: true })).not.toMatch(/^refused/);
    expect(fate({ flags: told.flags | stored }, { mayShed: true })).toMatch(/^delivered/);
  });

  it('is delivered where it came to rest where its stream ends, owed or not', () => {
    const all = observed | stored | received;
    const arrives = (stream: keyof typeof CODE, flags: number, isKept = true): boolean =>
      fate({ stream: CODE[stream], flags: sent | flags }, { keepsTelemetry: isKept }).startsWith(
        'delivered',
      );
    const ends = { telemetry: stored, status: observed, command: received, answer: stored };
    for (const [stream, end] of Object.entries(ends) as [keyof typeof ends, number][]) {
      expect([arrives(stream, end), arrives(stream, all & ~end)]).toEqual([true, false]);
    }
    expect([arrives('telemetry', observed, false), arrives('telemetry', stored, false)]).toEqual([
      true,
      false,
    ]);
    expect(fate({ flags: sent | stored })).toBe('delivered () none');
    expect(fate({ flags: sent | acked | stored })).toBe('delivered () owed');
    expect(fate({ flags: sent | acked | stored, qos: 0 })).toBe('delivered () none');
  });

  it('tells what was acknowledged by whether it is owed', () => {
    // The lane has no segment, so nothing is known of it.
    const unknown = 'info (our own ledger is not whole) undecided';
    expect(fate({ flags: sent | acked | refused })).toBe(unknown);
    expect(fate({ flags: acked, qos: 2 })).toBe(unknown);
    const status = { stream: CODE.status, sentAt: 100, ackedAt: 200 };
    const whole = { isWhole: true };
    expect(fate({ ...status, flags: sent | acked }, whole)).toBe('lost () owed');
    const beyond = fate({ ...status, flags: sent | acked | HAPPENED.beyond }, whole);
    expect(beyond).toMatch(/^info \(sent beyond a limit.*\) not-owed$/);
  });

  it('tells what was sent without an answer, and why there is none', () => {
    expect(fate({ flags: sent | refused | notSent })).toBe('refused () none');
    expect(fate({ flags: sent | notSent })).toBe('info (unacknowledged) none');
    expect(fate({ flags: sent | abandoned })).toBe('info (abandoned) none');
    expect(fate({ flags: sent | abandoned | acked, qos: 0 })).toBe('info (qos 0) none');
  });

  it('takes as an excuse for what was not sent only what is declared', () => {
    expect(fate({ flags: notSent | abandoned }, { reason: 'device-off' })).toBe(
      'not-sent (device-off) none',
    );
    expect(fate({ flags: notSent })).toBe(`info (${UNDECLARED}a whim) none`);
    expect(fate({ flags: abandoned })).toBe('info (abandoned) none');
  });

  it('misses nothing that was due only when sampling had ended', () => {
    expect(fate({ intended: SAMPLING_END })).toBe('not-sent (run-ended) none');
    expect(fate({ intended: SAMPLING_END - 1 })).toBe('info (unaccounted) none');
  });
});
