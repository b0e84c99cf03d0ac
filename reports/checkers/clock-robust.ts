/**
 * A wrong clock harms nobody but its device, and is not passed over: what comes after a later
 * reading, of a time to come, or for a window that is over is counted, by the device it came from,
 * and nothing else is.
 */
import { isCarried, rulesOf } from '#kernel';
import type { Oracles } from '#oracles';
import { defineChecker, type Evidence, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

export default defineChecker({
  kind: 'clock-robust',
  title: 'Readings out of their time are counted',
  refs: ['C1'],
  summary: 'What rules do not look at, since it is out of its time, is counted, and no other.',
  judges: 'always',
  workflow: 'rules',
  broken: 'fail',
  params: {},
  asks: ['rules', 'delivery'],
  applies: (plan) => rulesOf(plan).length > 0,
  start: (context) => new Counts(context),
  say: ({ decided, findingCount, figures }) => {
    const out = figures[OUT] ?? 0;
    return findingCount === 0
      ? `${plural(out, 'reading')} out of their time, each of them counted.`
      : `${formatCount(findingCount)} of ${plural(decided, 'count')} are not so.`;
  },
});

const OUT = 'readings out of their time';
const UNSAID = 'the target does not say how many readings it set aside';
const MAY_BE_AGAIN = 'counted more often than once, as what may have come again can be';
const AT_THE_EDGE = 'what came just as its window closed may be counted or not';
const APART = 'the target has another time than the devices, and none is to come by that';
const UNCOUNTED = 'more are counted than came, and nobody knows how often they came again';
/** More than so often nobody counts how often a message was sent. */
const COUNTED = 15;

class Counts implements LaneFold {
  readonly ops = [];
  readonly #context: LaneContext;
  readonly #rules: Oracles['rules'];
  readonly #delivery: Oracles['delivery'];
  readonly #stream: number;
  readonly #book = new EvidenceBook();

  constructor(context: LaneContext) {
    this.#context = context;
    this.#rules = context.of('rules');
    this.#delivery = context.of('delivery');
    this.#stream = context.plan.streams.find(({ name }) => name === 'telemetry')?.code ?? -1;
  }

  end(): Evidence {
    for (const device of this.#context.devices) {
      this.#judgeDevice(device);
      for (const { missed, subject, rule, from, isWhole, ...story } of this.#rules.of(device)) {
        if (from === null || !isWhole || rule.window === null) continue;
        if (story.doubt !== null) {
          this.#book.doubt(story.doubt);
          continue;
        }
        const most = missed.expected + missed.maybe;
        if (missed.maybe > 0 && missed.told >= missed.expected && missed.told <= most) {
          this.#book.doubt(AT_THE_EDGE);
          continue;
        }
        const what = `came for windows of ${rule.name} over ${subject} that were over`;
        this.#compare(device, missed, what, story.devices);
      }
    }
    return this.#book.close();
  }

  #judgeDevice(device: number): void {
    const rejected = this.#rules.rejected(device);
    if (rejected === null) return;
    const { told, late, ahead, isApart } = rejected;
    if (told === null) return this.#book.doubt(UNSAID);
    this.#compare(device, { told: told.late, expected: late }, 'came after a later one', [device]);
    if (isApart) return this.#book.doubt(APART);
    const toCome = { told: told.ahead, expected: ahead };
    this.#compare(device, toCome, 'were of a time to come', [device]);
  }

  #compare(
    device: number,
    { told, expected }: { told: number; expected: number },
    what: string,
    whose: readonly number[],
  ): void {
    if (told > expected) {
      const again = this.#againOf(whose);
      if (again === Number.POSITIVE_INFINITY) return this.#book.doubt(UNCOUNTED);
      if (told <= expected + again) return this.#book.notOwed(MAY_BE_AGAIN);
    }
    this.#book.kept();
    this.#book.figure(OUT, expected);
    if (told === expected) return;
    const id = deviceName(this.#context.plan, device);
    const sentence = `${expected} readings of ${id} ${what}, and ${told} are counted`;
    this.#book.also(() => finding(sentence, [id], 0, []));
  }

  /** One that comes twice may be counted twice; infinite where nobody knows how often it came. */
  #againOf(whose: readonly number[]): number {
    const { plan, devices } = this.#context;
    let again = 0;
    for (const device of whose) {
      // What a gateway packs again is sent under its own name.
      if (isCarried(plan, device) || !devices.includes(device)) return Number.POSITIVE_INFINITY;
      for (const n of this.#rules.numbersOf(device)) {
        const sent = this.#delivery.find(device, this.#stream, n)?.sentCount ?? COUNTED;
        if (sent >= COUNTED) return Number.POSITIVE_INFINITY;
        again += Math.max(0, sent - 1);
      }
    }
    return again;
  }
}
