/**
 * A target under pressure may pass readings over, and must say so of each: what it acknowledged
 * and did not keep is on its list, once; nothing else is; it was in a mode then that allows it; and
 * what it counts is what it lists.
 */
import { addTo, pressureOf, streamNamed, streamOf } from '#kernel';
import type { MessageView, Oracles } from '#oracles';
import {
  defineChecker,
  type Evidence,
  type LaneContext,
  type LaneFold,
  type RunContext,
} from '../checker.ts';
import { addEvidence, EvidenceBook } from '../judging/evidence.ts';
import { isTampered } from '../judging/tampered-with.ts';
import { deviceName, finding, messageEvents, messageName, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type PressureCourse = Oracles['pressure/fleet'];
type Shed = ReturnType<Oracles['pressure']['of']>[number];

const LISTED = 'listed as passed over: ';
const CUT = 'the list of what was passed over could not be read to its end';
const MUTE = 'the target does not say in which mode it was';

export default defineChecker({
  kind: 'shed-declared',
  title: 'What was passed over is told',
  refs: ['H3'],
  summary:
    'What is acknowledged and not kept is listed once, in a class that allows it, in a mode that ' +
    'does, and counted.',
  judges: 'always',
  workflow: 'pressure',
  broken: 'fail',
  params: {},
  asks: ['delivery', 'pressure', 'pressure/fleet'],
  applies: (plan) => pressureOf(plan) !== null,
  start: (context) => fold(context),
  conclude: (merged, run) => counted(merged, run),
  say: ({ figures, findingCount, decided }) => {
    const shed = Object.keys(figures)
      .filter((name) => name.startsWith(LISTED))
      .reduce((sum, name) => sum + (figures[name] ?? 0), 0);
    return findingCount === 0
      ? `${formatCount(shed)} of ${plural(decided, 'message')} passed over, and each of them told.`
      : `${plural(findingCount, 'time')} what was passed over and what is told of it differ.`;
  },
});

function fold(context: LaneContext): LaneFold {
  const { plan, devices, of } = context;
  const delivery = of('delivery');
  const pressure = of('pressure');
  const course = of('pressure/fleet');
  const book = new EvidenceBook();
  return {
    ops: [],
    end: () => {
      const lists = new Map(devices.map((device) => [device, listOf(pressure.of(device))]));
      delivery.each((message) => {
        if (streamOf(plan, message.stream)?.way !== 'up') return;
        const list = lists.get(message.device);
        judge(message, list?.get(keyOf(message)) ?? []);
        list?.delete(keyOf(message));
      });
      for (const [device, list] of lists)
        for (const [first] of list.values()) stranger(device, first);
      return book.close();
    },
  };

  function judge(message: MessageView, listed: readonly Shed[]): void {
    const { device, stream, fate, standing } = message;
    const [shed] = listed;
    if (shed !== undefined) {
      book.figure(`${LISTED}${streamOf(plan, stream)?.name ?? stream}`);
      if (course.modes.length === 0) return book.doubt(MUTE);
      const amiss = amissWith(message, shed, listed.length, context);
      return amiss === null ? book.kept() : book.broken(() => told(message, shed, amiss));
    }
    if (standing === 'none') return;
    if (fate === 'delivered' || standing === 'not-owed') return book.kept();
    if (!pressure.isWhole(device)) return book.doubt(CUT);
    if (standing === 'undecided') return book.doubt(message.why);
    book.broken(() => told(message, null, 'was acknowledged, and is neither kept nor listed'));
  }

  /** On the list, and nothing that anybody knows of. */
  function stranger(device: number, shed: Shed | undefined): void {
    if (shed === undefined) return;
    const { stream, n } = shed;
    const name = `${streamOf(plan, stream)?.name ?? stream} ${n} of ${deviceName(plan, device)}`;
    const sentence = `${name} is listed as passed over, and nobody sent it`;
    book.broken(() => finding(sentence, [deviceName(plan, device)], course.atRun(shed.at), []));
  }

  function told(message: MessageView, shed: Shed | null, what: string) {
    const events = messageEvents(plan, message);
    const listing =
      shed === null
        ? []
        : [{ t: ms(course.atRun(shed.at)), who: 'target', what: 'passed it over, it says' }];
    const sentence = `${messageName(plan, message)} ${what}`;
    const who = deviceName(plan, message.device);
    const seen = [...events.slice(0, 5 - listing.length), ...listing].sort((a, b) => a.t - b.t);
    return finding(sentence, [who], message.sentAt, seen);
  }
}

/** What is wrong with a message that is listed so often; null where nothing is. */
function amissWith(
  message: MessageView,
  shed: Shed,
  times: number,
  context: LaneContext,
): string | null {
  const { stream, fate, sentCount } = message;
  if (times > 1) return `is listed ${times} times`;
  if (streamOf(context.plan, stream)?.mayShed !== true) return 'was passed over, and may not be';
  // Of one that went out again, one time may have been passed over and another taken.
  if (fate === 'delivered' && sentCount === 1 && !isSaidTwice(message, shed, context)) {
    return 'is listed as passed over, and kept';
  }
  if (sentCount === 0) return 'is listed as passed over, and was never sent';
  return context.of('pressure/fleet').saysSo(shed.at)
    ? null
    : 'was passed over while the target said it was normal';
}

/** Its packet may have come twice by the time at which one of the two was passed over. */
function isSaidTwice({ device, stream, sentAt }: MessageView, { at }: Shed, context: LaneContext) {
  const span = { from: sentAt, to: Math.max(sentAt, context.of('pressure/fleet').atRun(at)) };
  return isTampered(context, { op: 'observed', device, stream }, span, 'repeats');
}

const keyOf = ({ stream, n }: { stream: number; n: number }): string => `${stream} ${n}`;

function listOf(sheds: readonly Shed[]): Map<string, Shed[]> {
  const list = new Map<string, Shed[]>();
  for (const shed of sheds) addTo(list, keyOf(shed), shed);
  return list;
}

/** The count of each stream, and the modes, are told once for the whole target. */
function counted(merged: Evidence, { of, plan }: RunContext): Evidence {
  const course = of('pressure/fleet');
  const book = new EvidenceBook();
  const names = Object.keys(merged.figures)
    .filter((name) => name.startsWith(LISTED))
    .map((name) => name.slice(LISTED.length));
  for (const name of new Set([...names, ...course.counted])) {
    const listed = merged.figures[`${LISTED}${name}`] ?? 0;
    const count = countOf(course, name);
    // Of a stream that the plan does not know nothing was read.
    if (count === null || streamNamed(plan, name) === undefined) book.doubt(UNCOUNTED);
    else if (count === listed) book.kept();
    else {
      const sentence = `the target counts ${count} of ${name} as passed over, and lists ${listed}`;
      book.broken(() => finding(sentence, [], course.atRun(course.modes[0]?.from ?? 0), []));
    }
  }
  const { broken } = course;
  if (broken !== null) {
    const { at, was, mode } = broken;
    const sentence = `the target says that it went from ${was} to ${mode}, and it was not ${was}`;
    book.broken(() => finding(sentence, [], course.atRun(at), []));
  }
  return addEvidence(merged, book);
}

const UNCOUNTED = 'the target does not count what it passed over';

const countOf = (course: PressureCourse, stream: string): number | null =>
  course.now === null ? null : (course.countOf(stream)?.shed ?? 0);
