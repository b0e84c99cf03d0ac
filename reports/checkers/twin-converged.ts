/**
 * T1: once something else is desired, a device that is there, and that nothing disturbs, is set so
 * in time. The time begins when the change was answered, or when the device came back; a change
 * that the next one followed before its time was up is owed to nobody, and neither is one of which
 * the carrier of its device had to give the difference up.
 */
import { type LedgerEntry, streamNamed } from '#kernel';
import { isDisturbed, isTargetDown, type Oracles, type Span } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

type Change = ReturnType<Oracles['twin']['accepted']>[number];
type Hold = ReturnType<Oracles['twin']['of']>['holds'][number];
type Difference = NonNullable<ReturnType<Oracles['twin']['amiss']>>[number];

/** The status of a change that was made. */
const ACCEPTED = 200;

export default defineChecker({
  kind: 'twin-converged',
  title: 'Devices become what is desired',
  refs: ['T1'],
  summary: 'A device that is there is set as desired in time.',
  judges: 'expected',
  workflow: 'twin',
  broken: 'fail',
  params: {
    within: {
      kind: 'duration',
      about: 'How long a device may take, from the change or from its return.',
      default: '10s',
    },
  },
  asks: ['connections', 'twin'],
  applies: () => true,
  start: (context) => fold(context),
  harmed: (_plan, timeline) => [
    { from: timeline.phase('steady')?.from ?? 0, to: timeline.phase('drain')?.to ?? timeline.end },
  ],
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'change')} reached their device in time.`
      : `${plural(findingCount, 'change')} of ${formatCount(decided)} came to no device in time.`,
});

function fold(context: LaneContext): LaneFold {
  const { devices, of } = context;
  const judge = new Judge(context);
  return {
    ops: ['let-go'],
    step: (entry) => judge.note(entry),
    end: () => {
      for (const device of devices) {
        const accepted = of('twin').accepted(device);
        for (const [at, change] of accepted.entries()) {
          judge.change(device, change, accepted[at + 1]);
        }
      }
      return judge.book.close();
    },
  };
}

class Judge {
  readonly book = new EvidenceBook();
  readonly #context: LaneContext;
  readonly #twins: Oracles['twin'];
  readonly #connections: Oracles['connections'];
  readonly #withinUs: number;
  /** By device, when its carrier gave a difference up. */
  readonly #letGo = new Map<number, number[]>();
  /** When the documents are read. */
  readonly #over: number;

  constructor(context: LaneContext) {
    const { of, params, timeline, lane } = context;
    this.#context = context;
    this.#twins = of('twin');
    this.#connections = of('connections');
    this.#withinUs = Number(params.within ?? 10_000) * 1000;
    this.#over = Math.min(timeline.readsOf(lane).beganAt, timeline.end);
  }

  note(entry: LedgerEntry): void {
    const delta = streamNamed(this.#context.plan, 'twin-delta');
    if (entry.op !== 'let-go' || entry.stream !== delta?.code) return;
    const times = this.#letGo.get(entry.device) ?? [];
    times.push(entry.t);
    this.#letGo.set(entry.device, times);
  }

  change(device: number, change: Change, next: Change | undefined): void {
    const { book } = this;
    const { answeredAt, status, version } = change;
    if (answeredAt === Number.POSITIVE_INFINITY || status !== ACCEPTED) {
      return book.doubt('nobody knows when it was made');
    }
    const until = next?.askedAt ?? this.#over;
    if (answeredAt + this.#withinUs > until) {
      return book.notOwed(next === undefined ? 'the run ended' : 'another change came before');
    }
    const span = this.#calmStretch(device, answeredAt, until);
    if (span === null && next !== undefined) {
      return book.notOwed('its device was away until another change came');
    }
    if (span === null) return book.doubt('its device was not there for so long');
    const { holds } = this.#twins.of(device);
    if (holds.some(({ t, version: had }) => t < until && had > version)) {
      return book.doubt('a change of which nobody knows came after it');
    }
    // What it took over of the next change, in the very instant of that, says nothing of this one.
    const hold = holds.findLast((one) => one.t <= span.to && one.version <= version);
    const amiss = hold && this.#twins.amiss(device, { ...hold, version });
    if (amiss === null) return book.doubt('what is desired is not known');
    if (this.#isSet(device, version, hold) && (amiss ?? []).length === 0) return book.kept();
    if (this.#twins.countsReports && hold === undefined) {
      return book.doubt('it may have had already what was desired');
    }
    // Whether it should have been given up is for others to say.
    const letGo = this.#letGo.get(device) ?? [];
    if (letGo.some((t) => t >= answeredAt && t <= span.to)) {
      return book.notOwed('its carrier gave the difference up');
    }
    this.#broken(device, change, span, hold?.version, amiss?.[0]);
  }

  /** It has that version; where nobody is told what he has already, it need not. */
  #isSet(device: number, version: number, hold: Hold | undefined): boolean {
    if (!this.#twins.countsReports) return hold !== undefined && hold.version >= version;
    const desired = this.#twins.desiredAt(device, version);
    return hold !== undefined || (desired !== null && Object.keys(desired).length === 0);
  }

  /** The first stretch of that length in which the device was there and nothing disturbed it. */
  #calmStretch(device: number, from: number, until: number): Span | null {
    const { timeline } = this.#context;
    const { connections } = this.#connections.over(device);
    const ends = [...timeline.faultsOn(device), ...timeline.downs].map(({ to }) => to);
    const starts = [from, ...ends, ...connections.map((one) => one.from)]
      .filter((start) => start >= from && start + this.#withinUs <= until)
      .sort((a, b) => a - b);
    for (const start of starts) {
      const span = { from: start, to: start + this.#withinUs };
      const stood = connections.some((one) => one.from <= span.from && one.to >= span.to);
      const calm = !isDisturbed(timeline, device, span) && !isTargetDown(timeline, span);
      if (stood && calm) return span;
    }
    return null;
  }

  #broken(device: number, change: Change, span: Span, has = 0, amiss?: Difference): void {
    this.book.broken(() => {
      const id = deviceName(this.#context.plan, device);
      const there = `was there from ${inSeconds(span.from)} to ${inSeconds(span.to)}`;
      const still = amiss && `: ${amiss.name} is ${amiss.is} and not ${amiss.should}`;
      return finding(
        `${id} ${there} and did not take over version ${change.version}${still ?? ''}`,
        [id],
        span.to,
        [
          { t: ms(change.answeredAt), who: 'target', what: `accepts version ${change.version}` },
          { t: ms(span.to), who: id, what: `still has version ${has}` },
        ],
      );
    });
  }
}
