/**
 * What goes down comes by observers too. It does not arrive there, and is judged there all the
 * same: whether somebody sent it, with these bytes, and as often.
 */
import { describe, expect, it } from 'vitest';
import { FLAG, type StreamPlan } from '#kernel';
import type { CheckerKind } from '../checker.ts';
import duplicatesExplained from '../checkers/duplicates-explained.ts';
import exactlyOnce from '../checkers/exactly-once.ts';
import inOrder from '../checkers/in-order.ts';
import noAckedLoss from '../checkers/no-acked-loss.ts';
import noPhantom from '../checkers/no-phantom.ts';
import notVacuous from '../checkers/not-vacuous.ts';
import { about, COMMAND, hashFor, healthy, type Story } from '../testing/story.ts';

const NAMED = { device: 1, stream: COMMAND, n: 1 };
const HASH = hashFor(1, COMMAND, 1);

const commanded = (qos: 0 | 1 | 2 = 1): Story =>
  healthy({
    entry: { session: 'persistent' },
    commands: { firstAt: 3000, everyMs: 2000, qos, devices: [{ device: 1, offsetMs: 0 }] },
  });

/** Command 1 goes by once more. */
const again = (story: Story, t: number, flags: number): Story =>
  story.add('observed', t, { ...NAMED, hash: HASH, flags, epoch: 0 });

const messageOf = (story: Story, checker: CheckerKind): string | undefined =>
  story.ask(checker).findings[0]?.message;

describe('a command that comes by an observer', () => {
  it('has not arrived: its device has yet to get it', () => {
    const lost = commanded().drop(about('received', 1, COMMAND, 1));
    expect(messageOf(lost, noAckedLoss)).toMatch(/command 1, acknowledged .* never received/);
  });

  it('is not what keeps the observer from being idle', () => {
    const story = commanded().drop(
      ({ op, fields }) => ['observed', 'stored'].includes(op) && fields.stream !== COMMAND,
    );
    expect(messageOf(story, notVacuous)).toBe('nothing was delivered');
  });

  it('is no delivery that its device might have had twice', () => {
    const returned = commanded()
      .add('sent', 5001, { ...NAMED, late: 0, hash: HASH, flags: 1 | FLAG.resend })
      .add('received', 5010, { ...NAMED, hash: HASH, flags: 1 });
    expect(returned.ask(duplicatesExplained).findings).toEqual([]);
    expect(returned.judge([]).messages.duplicates).toBe(1);
  });

  it('is no duplicate of the one that its device got', () => {
    const { messages, series } = commanded().judge([]);
    expect(messages.duplicates).toBe(0);
    expect(series.find(({ name }) => name === 'duplicates')?.values ?? []).not.toContain(1);
  });

  it('has no place in an order that its device alone can tell', () => {
    expect(commanded().ask(inOrder).obligations).toBe(
      commanded()
        .drop(({ op, fields }) => op === 'observed' && fields.stream === COMMAND)
        .ask(inOrder).obligations,
    );
  });

  it('was sent by somebody, or is invented', () => {
    const story = commanded().add('observed', 9000, {
      ...{ device: 2, stream: COMMAND, n: 0, hash: 5, flags: 1, epoch: 0 },
    });
    expect(messageOf(story, noPhantom)).toMatch(
      /north-1\/2, command 0, seen by an observer at 9\.0 s, was never sent/,
    );
  });

  it('has the bytes with which it was sent', () => {
    const story = commanded().change(about('observed', 1, COMMAND, 1), ({ fields }) => ({
      fields: { ...fields, hash: 99 },
    }));
    expect(messageOf(story, noPhantom)).toMatch(/was never sent with these bytes/);
  });

  it('comes by at most once for each sending', () => {
    const [finding] = again(commanded(), 5400, 1).ask(duplicatesExplained).findings;
    expect(finding?.message).toMatch(/command 1, delivered again at 5\.4 s without a cause/);
    expect(finding?.witness.at(-1)).toMatchObject({ who: 'observer', t: 5400 });
    expect(messageOf(again(commanded(2), 5400, 2), exactlyOnce)).toMatch(/again at 5\.4 s/);
    expect(messageOf(again(commanded(0), 5400, 0), exactlyOnce)).toMatch(/again at 5\.4 s/);
  });

  it('may come by twice where its operator sent it twice', () => {
    const story = again(commanded(), 5400, 1);
    story.add('sent', 5300, { ...NAMED, late: 0, hash: HASH, flags: 1 | FLAG.resend });
    expect(story.ask(duplicatesExplained)).toMatchObject({ verdict: 'pass', findings: [] });
  });

  it('may be handed over as retained, which is no sending', () => {
    const story = again(commanded(2), 5400, 2 | FLAG.retain);
    expect(story.ask(exactlyOnce).findings).toEqual([]);
  });
});

describe('what the target sends down past an observer', () => {
  const notice: StreamPlan = {
    ...{ name: 'notice', code: 64, way: 'down', from: 'target', noun: 'notice' },
    ...{ schedule: { by: 'event' }, arrives: 'device', qos: 1, retained: false, counted: true },
    ...{ measured: false, skips: [] },
  };
  const receipt: StreamPlan = {
    ...{
      ...notice,
      name: 'receipt',
      noun: 'receipt',
      code: 65,
      schedule: { by: 'reply', to: COMMAND },
    },
  };
  const story = (): Story =>
    healthy({
      commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
      streams: [notice, receipt],
    });
  const seen = (tale: Story, stream: StreamPlan, n: number, t: number, hash = 7): Story =>
    tale.add('observed', t, { device: 1, stream: stream.code, n, hash, flags: 1, epoch: 0 });

  it('is its own to say, once', () => {
    expect(seen(story(), notice, 4, 9000).ask(noPhantom).findings).toEqual([]);
    const twice = seen(seen(story(), notice, 4, 9000), notice, 4, 9100);
    expect(messageOf(twice, duplicatesExplained)).toMatch(/notice 4, delivered again at 9\.1 s/);
  });

  it('has the same bytes each time', () => {
    const other = seen(seen(story(), notice, 4, 9000), notice, 4, 9100, 8);
    expect(messageOf(other, noPhantom)).toMatch(/had come with other bytes before/);
  });

  it('answers what was sent, and not what nobody said', () => {
    expect(seen(story(), receipt, 1, 9000).ask(noPhantom).findings).toEqual([]);
    expect(messageOf(seen(story(), receipt, 99, 9000), noPhantom)).toMatch(
      /receipt 99, seen by an observer at 9\.0 s, answers nothing/,
    );
  });

  it('was got by its device, whoever saw it besides', () => {
    const tale = seen(story(), notice, 4, 9000).add('received', 9001, {
      ...{ device: 1, stream: notice.code, n: 4, hash: 7, flags: 1 },
    });
    expect(tale.ask(duplicatesExplained).findings).toEqual([]);
  });
});
