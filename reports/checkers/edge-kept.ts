/**
 * A control loop at the edge switches what its readings demand, within its declared time and for no
 * other reason: also without an uplink, and after it came up without one, set as it last knew.
 */
import type { Oracles } from '#oracles';
import { overlaps } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'edge-kept',
  title: 'Control loops go on by themselves',
  refs: [],
  summary: 'A gateway switches what its readings demand in time, with or without an uplink.',
  judges: 'always',
  part: 'edge',
  broken: 'fail',
  params: {},
  asks: ['edge'],
  applies: () => true,
  start: (context) => fold(context),
  say: ({ decided, findingCount, figures }) => {
    const decisions = plural(decided, 'decision');
    if (findingCount > 0) return `${plural(findingCount, 'mistake')} with ${decisions}.`;
    const [alone, newborn] = [figures.offline ?? 0, figures['after a boot'] ?? 0].map(formatCount);
    const how = `${alone} without an uplink, ${newborn} of them after a boot`;
    return `${decisions}, each in time; ${how}.`;
  },
});

type LoopStory = NonNullable<ReturnType<Oracles['edge']['of']>>;
type Mistake = LoopStory['mistakes'][number];
type Settings = Mistake['settings'];

function fold({ plan, timeline, devices, of }: LaneContext): LaneFold {
  const loops = of('edge');
  const book = new EvidenceBook();
  const tellMistake = (gateway: number, one: Mistake): void => {
    const { t, child, reading, isOn, settings, isOffline, mistake } = one;
    const span = { from: t, to: t + 1 };
    if (mistake === 'not-switched' && timeline.stalls.some((stall) => overlaps(stall, span))) {
      return book.doubt('we stood still ourselves');
    }
    const [by, whose] = [deviceName(plan, gateway), deviceName(plan, child)];
    const read = reading === null ? 'nothing' : `${reading.value} in reading ${reading.n}`;
    const alone = isOffline ? ', without an uplink' : '';
    const what = `${by} ${SAYS[mistake](whose, isOn ? 'on' : 'off')}: it had read ${read}`;
    const witness = [{ t: ms(t), who: by, what: `hears ${read} of ${whose}` }];
    const whole = `${what}, set to ${inWords(settings)}${alone}, at ${inSeconds(t)}`;
    const named = [...new Set([gateway, child])].sort((a, b) => a - b);
    const who = named.map((device) => deviceName(plan, device));
    book.broken(() => finding(whole, who, t, witness));
  };
  const judge = (gateway: number, story: LoopStory): void => {
    book.kept(story.kept);
    book.figure('offline', story.keptOffline);
    book.figure('after a boot', story.keptSinceBoot);
    book.figure('readings', story.readings);
    if (story.open > 0) book.doubt('it was still due when the run ended', story.open);
    if (story.unsure > 0)
      book.doubt('a child may well say otherwise than it was made', story.unsure);
    if (story.missed > 0) book.notOwed('a child was down when it was to be switched', story.missed);
    for (const one of story.mistakes) tellMistake(gateway, one);
    for (const { t, is, due } of story.otherSettings) {
      const who = deviceName(plan, gateway);
      const what = `${who} is set to ${inWords(is)}, and was last told ${inWords(due)}`;
      const witness = [{ t: ms(t), who, what: `is set to ${inWords(is)}` }];
      book.broken(() => finding(`${what}, at ${inSeconds(t)}`, [who], t, witness));
    }
  };
  return {
    ops: [],
    end: () => {
      for (const device of devices) {
        const story = loops.of(device);
        if (story !== null) judge(device, story);
      }
      return book.close();
    },
  };
}

const SAYS: Readonly<Record<Mistake['mistake'], (whose: string, to: string) => string>> = {
  'not-switched': (whose, to) => `did not switch ${whose} ${to} in time`,
  'for-nothing': (whose, to) => `switched ${whose} ${to} for nothing`,
  refused: (whose, to) => `was to switch ${whose} ${to}, which was up and did not do it`,
  'not-obeyed': (whose, to) => `says that ${whose} was switched ${to}, and it was not`,
};

const inWords = (settings: Settings | null): string =>
  settings === null
    ? 'nothing that can be read'
    : `${settings.setpoint} ± ${settings.hysteresis / 2}`;
