/** What comes late is out of place only where nothing explains it, and is told once. */
import { describe, expect, it } from 'vitest';
import { FLAG, type StreamPlan } from '#kernel';
import {
  about,
  COMMAND,
  hashFor,
  healthy,
  type Setting,
  STATUS,
  type Story,
  TELEMETRY,
  tellMessage,
} from '../testing/story.ts';
import inOrder from './in-order.ts';

const asked = (story: Story) => {
  const { verdict, findingCount } = story.ask(inOrder);
  return [verdict, findingCount];
};

describe('a reading that is seen after a later one', () => {
  /** Reading 5 of device 1, sent at 6.011 s, is seen after reading 6. */
  const swapped = (): Story =>
    healthy().change(about('observed', 1, TELEMETRY, 5), () => ({ t: 7100 }));
  const sentAgain = (n: number, flags: number): Story =>
    swapped().add('sent', 7011.5, {
      ...{ device: 1, stream: TELEMETRY, n, late: 0, hash: hashFor(1, TELEMETRY, n), flags },
    });

  it('is out of place', () => {
    expect(asked(swapped())).toEqual(['fail', 1]);
  });

  it('was sent once more, or the later one was', () => {
    for (const n of [5, 6]) {
      expect(asked(sentAgain(n, 1 | FLAG.resend))).toEqual(['pass', 0]);
      expect(asked(sentAgain(n, 1))).toEqual(['pass', 0]);
    }
    expect(asked(sentAgain(4, 1))).toEqual(['fail', 1]);
  });

  it('was sent after it', () => {
    const story = swapped().change(about('sent', 1, TELEMETRY, 5), () => ({ t: 7012 }));
    expect(asked(story)).toEqual(['pass', 0]);
  });

  it('was under way when the target was killed', () => {
    const killed = (from: number): Story =>
      swapped()
        .add('target', from, { is: 'killed' })
        .add('target', from + 200, { is: 'accepting' });
    expect(asked(killed(6500))).toEqual(['pass', 0]);
    expect(asked(killed(5000))).toEqual(['fail', 1]);
  });

  it('is told once, whatever came between', () => {
    const held = healthy();
    for (const n of [3, 4, 5]) {
      held.change(about('observed', 1, TELEMETRY, n), () => ({ t: 7100 + n }));
    }
    expect(asked(held)).toEqual(['fail', 1]);
  });
});

describe('a command that comes after a later one', () => {
  const COMMANDED: Setting = {
    entry: { session: 'persistent' },
    commands: { firstAt: 3000, everyMs: 2000, qos: 1, devices: [{ device: 1, offsetMs: 0 }] },
  };
  /** Command 1, sent at 5.001 s, is got at 8 s, after command 2. */
  const swapped = (): Story =>
    healthy(COMMANDED).change(about('received', 1, COMMAND, 1), () => ({ t: 8000 }));
  const away = (from: number, to: number): Story =>
    swapped()
      .add('offline', from, { device: 1, why: 'closed' })
      .add('connect', to - 20, { device: 1, attempt: 0 })
      .add('online', to, { device: 1, present: true });

  it('is out of place where its device was there', () => {
    expect(asked(swapped())).toEqual(['fail', 1]);
    expect(asked(away(3500, 4500))).toEqual(['fail', 1]);
  });

  it('was sent once more by its operator', () => {
    const again = { device: 1, stream: COMMAND, n: 1, late: 0, hash: hashFor(1, COMMAND, 1) };
    const story = swapped().add('sent', 7900, { ...again, flags: 1 | FLAG.resend });
    expect(asked(story)).toEqual(['pass', 0]);
  });

  it('was under way when the connection broke', () => {
    expect(asked(away(5500, 6500))).toEqual(['pass', 0]);
  });

  it('is out of place where it waited in the queue ahead of the later one', () => {
    expect(asked(away(4500, 6500))).toEqual(['fail', 1]);
  });
});

describe('what has no place in the order', () => {
  it('is a value that is handed over as retained', () => {
    const story = healthy({ entry: { retainStatus: true } });
    tellMessage(story, 1, STATUS, 1, 9000);
    story.change(about('observed', 1, STATUS, 0), ({ fields }) => ({
      ...{ t: 9500, fields: { ...fields, flags: 1 | FLAG.retain } },
    }));
    // Four devices with nineteen readings and a status each, and the second status of one.
    const { obligations } = story.ask(inOrder);
    expect([...asked(story), obligations]).toEqual(['pass', 0, 4 * 19 + 4 + 1 - 1]);
  });

  it('is what the target sends, which numbers it as it likes', () => {
    const notice: StreamPlan = {
      ...{ name: 'notice', code: 64, way: 'down', from: 'target', noun: 'notice' },
      ...{ schedule: { by: 'event' }, arrives: 'device', qos: 1, retained: false, counted: true },
      ...{ measured: false, skips: [] },
    };
    const story = healthy({ streams: [notice] });
    const { obligations } = story.ask(inOrder);
    [9, 4].forEach((n, k) => {
      story.add('received', 9000 + k, { device: 1, stream: 64, n, hash: 7, flags: 1 });
    });
    expect(story.ask(inOrder)).toMatchObject({ verdict: 'pass', obligations });
  });
});
