/** Stories about twins: one document each, changed once or more, and what its device made of it. */
import {
  DECLARED_FROM,
  layStreams,
  type StreamSpec,
  TEMPLATE_OPS,
  TWIN_OPS,
  TWIN_TRUTHS,
} from '#kernel';
import type { LooseFields } from '../../../kernel/testing/fields.ts';
import type { CheckerFixtures } from '../checker-fixtures.ts';
import { DRAINED, faultPlan, healthy, type Setting, type Story, tellFault } from '../story.ts';

const OPS = { ...TWIN_OPS, ...TWIN_TRUTHS };

/** The two streams of a twin, as its part has them. */
const SPECS: readonly StreamSpec[] = [
  {
    name: 'twin-delta',
    way: 'down',
    from: 'target',
    noun: 'delta',
    schedule: { by: 'event', leastMs: 10 },
  },
  {
    name: 'twin-report',
    way: 'up',
    noun: 'report',
    qos: 1,
    schedule: { by: 'event', leastMs: 10 },
  },
];
const STREAMS = layStreams(SPECS, true).filter(({ code }) => code >= DECLARED_FROM);
const codeOf = (name: string): number => STREAMS.find((one) => one.name === name)?.code ?? -1;

const READ = DRAINED + 200;
const END = DRAINED + 900;

/** A fleet of one, with a twin. */
const setting = (over: Setting = {}): Setting => ({
  devices: 1,
  workflows: [{ workflow: 'twin', session: 'twin', resolved: null }],
  ops: [OPS],
  streams: STREAMS,
  expect: [{ checker: 'twin-converged', params: { within: 2000 } }],
  ...over,
});

class Told {
  readonly story: Story;
  #changes = 0;

  constructor(over: Setting = {}) {
    this.story = healthy(setting(over));
  }

  tell(op: keyof typeof OPS, t: number, fields: LooseFields): this {
    this.story.add(op, t, { device: 0, ...fields });
    return this;
  }

  change(t: number, patch: object, version: number, more: LooseFields = {}): this {
    const { from = -1, writer = 0, status = 200 } = more;
    const change = this.#changes++;
    this.tell('twin/asked', t, { change, writer, from, patch: JSON.stringify(patch) });
    return this.tell('twin/answered', t + 5, { change, status, version });
  }

  holds(t: number, version: number, settings: object, why = 'taken over', refused = {}): this {
    const texts = { settings: JSON.stringify(settings), refused: JSON.stringify(refused) };
    return this.tell('twin/holds', t, { version, why, ...texts });
  }

  /** Its word on how it is set leaves it; null where that never gets an answer. */
  report(n: number, t: number, ackedAt: number | null): this {
    const message = { device: 0, stream: codeOf('twin-report'), n };
    this.story.add('sent', t, { ...message, late: 0, hash: 1, flags: 1 });
    if (ackedAt !== null) this.story.add('acked', ackedAt, message);
    return this;
  }

  /** Its carrier gave up a difference that was on its way down. */
  letGo(t: number): this {
    const message = { device: 0, stream: codeOf('twin-delta'), n: 0 };
    this.story.add('let-go', t, { ...message, why: 'too-long' });
    return this;
  }

  read(version: number, desired: object, reported: object): this {
    const texts = { desired: JSON.stringify(desired), reported: JSON.stringify(reported) };
    return this.tell('twin/read', READ, { version, known: version, ...texts });
  }
}

/** Set to 20 and then to 22, by which it abides. */
function honest(over: Setting = {}): Told {
  return new Told(over)
    .change(7000, { setpoint: 20 }, 1)
    .holds(7010, 1, { setpoint: 20 })
    .change(12_000, { setpoint: 22 }, 2)
    .holds(12_010, 2, { setpoint: 22 });
}

const atTheEnd = (told: Told, setpoint: number): Told =>
  told.read(2, { setpoint: 22 }, { setpoint }).holds(END, 2, { setpoint: 22 }, 'end');

const whole = (): Story => atTheEnd(honest(), 22).story;

/** Its link is cut from before the second change to the end. */
const away = (): Story => {
  const dark = faultPlan('dark', { from: 11_000, to: 20_000, devices: [0], down: true });
  const story = atTheEnd(honest({ faults: [{ ...dark, proof: { kind: 'refused' } }] }), 20).story;
  tellFault(story, 'dark');
  return story.add('offline', 11_010, { device: 0, why: 'closed' });
};

const twinTrue: CheckerFixtures = {
  passing: {
    'the target says what the device is set to': whole,
    'its last word was answered': () =>
      atTheEnd(honest().report(0, 7012, 7020).report(1, 12_012, 12_020), 22).story,
  },
  failing: {
    'the target says something else': () => atTheEnd(honest(), 20).story,
    'the target says something else, and was told': () =>
      atTheEnd(honest().report(0, 7012, 7020).report(1, 12_012, 12_020), 20).story,
    'the target says nothing of it': () =>
      honest().read(2, { setpoint: 22 }, {}).holds(END, 2, { setpoint: 22 }, 'end').story,
  },
  undecided: {
    'the device was away at the end': away,
    'its last word had no answer': () =>
      atTheEnd(honest().report(0, 7012, 7020).report(1, 12_012, null), 20).story,
    'its last word lay with its carrier until after the read': () =>
      atTheEnd(
        honest()
          .report(0, 7012, 7020)
          .report(1, 12_012, READ + 1),
        20,
      ).story,
    'its last word was given up on the way': () => {
      const message = { device: 0, stream: codeOf('twin-report'), n: 1 };
      const told = atTheEnd(honest().report(0, 7012, 7020), 20);
      return told.story.add('not-sent', 12_013, { ...message, why: 'run-ended' });
    },
    'the documents were not read': () => honest().holds(END, 2, { setpoint: 22 }, 'end').story,
    'it was set just before the read': () =>
      atTheEnd(honest().holds(READ - 10, 2, { setpoint: 22 }), 20).story,
    'the device did not come to its end': () =>
      honest().read(2, { setpoint: 22 }, { setpoint: 22 }).story,
  },
};

const twinConverged: CheckerFixtures = {
  passing: {
    'a device is set in time': whole,
    'the next change comes in the instant in which its time is up': () =>
      atTheEnd(
        new Told()
          .change(7000, { setpoint: 20 }, 1)
          .holds(7010, 1, { setpoint: 20 })
          .change(9005, { setpoint: 22 }, 2)
          .holds(9005, 2, { setpoint: 22 }),
        22,
      ).story,
    'it says that it cannot be set so': () =>
      atTheEnd(
        new Told()
          .change(7000, { setpoint: 99 }, 1)
          .holds(7010, 1, { setpoint: 20 }, 'taken over', { setpoint: 'out of range' }),
        20,
      ).story,
  },
  failing: {
    'a device never hears of the second change': () =>
      new Told()
        .change(7000, { setpoint: 20 }, 1)
        .holds(7010, 1, { setpoint: 20 })
        .change(12_000, { setpoint: 22 }, 2).story,
    'a device takes the version over and not what it says': () =>
      new Told().change(7000, { setpoint: 20 }, 1).holds(7010, 1, { setpoint: 19 }).story,
    'it never comes, and the carrier gave up something else': () => {
      const message = { device: 0, stream: codeOf('twin-report'), n: 0 };
      const { story } = new Told().change(7000, { setpoint: 20 }, 1);
      return story.add('let-go', 7500, { ...message, why: 'too-long' });
    },
    'it comes too late': () =>
      new Told().change(7000, { setpoint: 20 }, 1).holds(9100, 1, { setpoint: 20 }).story,
    'nothing at all is taken over': () => new Told().change(7000, { setpoint: 20 }, 1).story,
  },
  undecided: {
    'nobody knows when it was changed': () =>
      new Told().change(7000, { setpoint: 20 }, 0, { status: 0 }).tell('twin/asked', 7100, {
        change: 7,
        writer: 0,
        from: -1,
        patch: '{}',
      }).story,
    'a version before it is not known': () =>
      new Told().change(7000, { setpoint: 20 }, 2).holds(7010, 2, { setpoint: 20 }).story,
    'it may have had already what it was never told': () =>
      new Told(countsReports).change(7000, { setpoint: 20 }, 3).story,
    'its carrier gave up the difference': () =>
      new Told().change(7000, { setpoint: 20 }, 1).letGo(7500).story,
    'the device was away when it was changed last': () => {
      const dark = faultPlan('dark', { from: 6500, to: 20_000, devices: [0], down: true });
      const told = new Told({ faults: [{ ...dark, proof: { kind: 'refused' } }] });
      told.change(7000, { setpoint: 20 }, 1);
      tellFault(told.story, 'dark');
      return told.story.add('offline', 6510, { device: 0, why: 'closed' });
    },
  },
};

const twinKept: CheckerFixtures = {
  passing: {
    'what was asked for is desired': whole,
    'what was taken back is gone': () =>
      honest()
        .change(13_000, { setpoint: null }, 3)
        .read(3, {}, { setpoint: 22 })
        .holds(END, 3, { setpoint: 22 }, 'end').story,
    'what nobody answered was made': () =>
      honest()
        .change(13_000, { setpoint: 23 }, 0, { status: 0 })
        .tell('twin/found', READ + 1, { change: 2, version: 3 })
        .tell('twin/history-read', READ + 2, {})
        .read(3, { setpoint: 23 }, { setpoint: 22 }).story,
    'a change was under way when it was read': () =>
      atTheEnd(honest(), 22).change(READ - 2, { setpoint: 23 }, 3).story,
  },
  failing: {
    'a change is forgotten': () => honest().read(1, { setpoint: 20 }, { setpoint: 22 }).story,
    'the document is an older one': () =>
      honest().read(2, { setpoint: 20 }, { setpoint: 22 }).story,
    'what was taken back is there': () =>
      honest().change(13_000, { setpoint: null }, 3).read(3, { setpoint: 22 }, {}).story,
    'something else is desired besides': () =>
      honest().read(2, { setpoint: 22, light: 1 }, { setpoint: 22 }).story,
  },
  undecided: {
    'the documents were not read': () => honest().story,
    'a change was not answered, and not looked up': () =>
      honest().change(13_000, { setpoint: 23 }, 0, { status: 0 }).read(3, { setpoint: 23 }, {})
        .story,
  },
};

/** A change on top of version 2 is refused after a stage of a template, which came or did not. */
function afterStage(status: number, of = ''): Told {
  const workflow = (name: string) => ({ workflow: name, session: name, resolved: null });
  const told = honest({
    workflows: [workflow('template'), workflow('twin')],
    ops: [OPS, TEMPLATE_OPS],
  });
  const said = { device: -1, template: 'eco', change: 0 };
  const asked = { of, permille: 1000, patch: '{"setpoint":18}' };
  told.story.add('template/asked', 12_500, { ...said, ...asked });
  told.story.add('template/answered', 12_600, { ...said, status, stage: status === 200 ? 1 : 0 });
  return told.change(13_000, { setpoint: 23 }, 0, { from: 2, status: 409 });
}

const twinVersions: CheckerFixtures = {
  passing: {
    'one after the other': whole,
    'on top of what was read': () =>
      honest()
        .tell('twin/seen', 12_500, { writer: 0, version: 2 })
        .change(13_000, { setpoint: 23 }, 3, { from: 2 }).story,
    'refused, since another came before': () =>
      honest().change(13_000, { setpoint: 23 }, 0, { from: 1, status: 409 }).story,
    'refused, since a stage that nobody answered may have come before': () => afterStage(0).story,
    'refused, since a stage came before of which its history tells nothing': () =>
      afterStage(200).story,
    'two writers look at one time': () =>
      honest()
        .tell('twin/seen', 12_500, { writer: 0, version: 2 })
        .tell('twin/seen', 12_500, { writer: 1, version: 1 }).story,
  },
  failing: {
    'a version is given twice': () => honest().change(13_000, { setpoint: 23 }, 2).story,
    'a later change gets a smaller one': () =>
      new Told().change(7000, { setpoint: 20 }, 2).change(9000, { setpoint: 21 }, 1).story,
    'what came meanwhile is overwritten': () =>
      honest().change(13_000, { setpoint: 23 }, 3, { from: 1 }).story,
    'refused, and nobody had come before': () =>
      honest().change(13_000, { setpoint: 23 }, 0, { from: 2, status: 409 }).story,
    'refused, and the stage that came was refused as well': () => afterStage(413).story,
    'refused, and the stage that came is of others': () => afterStage(0, 'valves').story,
    'a writer is shown less than it has made': () =>
      honest().tell('twin/seen', 12_500, { writer: 0, version: 1 }).story,
  },
  undecided: {
    'no change was answered': () =>
      new Told().change(7000, { setpoint: 20 }, 0, { status: 0 }).story,
  },
};

/** A target that counts reports as versions, and tells of what differs from the report alone. */
const countsReports = { target: { countsReports: true } } as const;

const twinApplied: CheckerFixtures = {
  passing: {
    'each version as it was desired': whole,
    'from the beginning, after its memory was lost': () =>
      honest().holds(14_000, 0, { setpoint: 21 }, 'boot').holds(14_100, 2, { setpoint: 22 }).story,
    'set by other means, which is no change of the twin': () =>
      honest()
        .holds(13_000, 2, { setpoint: 25 }, 'set otherwise')
        .change(14_000, { light: 1 }, 3)
        .holds(14_010, 3, { setpoint: 25 }, 'taken over', { light: 'no such setting' }).story,
    'another name, where it was not told of the first, since that was reported so': () =>
      new Told(countsReports)
        .change(7000, { setpoint: 20 }, 3)
        .holds(7010, 3, { setpoint: 20 })
        .change(7020, { setpoint: 21 }, 4)
        .change(7030, { light: 1 }, 5)
        .holds(7040, 5, { setpoint: 20, light: 1 }).story,
  },
  failing: {
    'a wrong value, where reports count': () =>
      new Told(countsReports)
        .change(7000, { setpoint: 20 }, 3)
        .holds(7010, 3, { setpoint: 20 })
        .change(7020, { setpoint: 21 }, 4)
        .holds(7040, 4, { setpoint: 22 }).story,
    'an old version after a newer one': () => honest().holds(13_000, 1, { setpoint: 20 }).story,
    'an old value under a new version': () =>
      honest().change(13_000, { light: 1 }, 3).holds(13_010, 3, { setpoint: 20, light: 1 }).story,
    'set again after it was set by other means, and wrongly': () =>
      honest()
        .holds(13_000, 2, { setpoint: 25 }, 'set otherwise')
        .change(14_000, { setpoint: 26 }, 3)
        .holds(14_010, 3, { setpoint: 27 }).story,
  },
  undecided: {
    'a version is not known': () =>
      new Told().change(7000, { setpoint: 20 }, 2).holds(7010, 2, { setpoint: 20 }).story,
  },
};

export default {
  'twin-applied': twinApplied,
  'twin-converged': twinConverged,
  'twin-kept': twinKept,
  'twin-true': twinTrue,
  'twin-versions': twinVersions,
};
