/**
 * T4: at the end the target's word of how a device is set is the device's own. One that was away,
 * or set a moment before the read, may still be on its way to say so; and its last word may lie
 * with its carrier, or may be lost there.
 */
import { carrierOf, type LedgerEntry, type Plan, roundTripMs, streamNamed } from '#kernel';
import { connectionAt, isDisturbed, isTargetDown } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { deviceName, finding, ms } from '../judging/witness.ts';
import { plural } from '../wording.ts';

export default defineChecker({
  kind: 'twin-true',
  title: 'What is reported is true',
  refs: ['T4'],
  summary: 'At the end the target knows how each device is truly set.',
  judges: 'always',
  workflow: 'twin',
  broken: 'fail',
  params: {
    within: {
      kind: 'duration',
      about: 'How long before the end a device must have been there, and set as it is.',
      default: '1s',
    },
  },
  asks: ['connections', 'twin'],
  applies: () => true,
  start: (context) => fold(context),
  // Ours too may keep its word until after the read.
  harmed: (_plan, timeline) => [{ from: timeline.phase('drain')?.from ?? 0, to: timeline.end }],
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `What ${plural(decided, 'device')} reported was true.`
      : `What ${plural(findingCount, 'device')} of ${decided} reported was not true.`,
});

const changesTwins = ({ workflows }: Plan): boolean =>
  workflows.some(({ workflow }) => workflow === 'twin');

/** Its word takes as long as its link does. */
function linkUs(plan: Plan, device: number): number {
  const cohort = plan.devices[carrierOf(plan, device)]?.cohort ?? -1;
  return roundTripMs(plan.cohorts[cohort]?.profile) * 1000;
}

function fold({ plan, timeline, devices, params, of }: LaneContext): LaneFold {
  const twins = of('twin');
  const connections = of('connections');
  const words = new LastWords(plan);
  const book = new EvidenceBook();
  const withinUs = Number(params.within ?? 1000) * 1000;
  const judge = (device: number): void => {
    const { holds, read } = twins.of(device);
    const end = holds.findLast(({ why }) => why === 'end');
    if (read === null) return book.doubt('the documents were not read');
    if (end === undefined) return book.doubt('the device did not come to its end');
    const before = { from: read.t - withinUs - linkUs(plan, device), to: read.t };
    if (holds.some((hold) => hold !== end && hold.t > before.from)) {
      return book.doubt('it was set just before the documents were read');
    }
    const connection = connectionAt(connections.over(device), before.from);
    const stood = connection !== undefined && connection.to >= before.to;
    if (!stood || isDisturbed(timeline, device, before) || isTargetDown(timeline, before)) {
      return book.doubt('it was not there at the end');
    }
    if (!words.isHeard(device, read.t)) return book.doubt('its last word was not answered by then');
    const untrue = twins.misReported(device);
    if (untrue === null) return book.doubt('its own word of its settings cannot be read');
    const [first] = untrue;
    if (first === undefined) return book.kept();
    book.broken(() => {
      const id = deviceName(plan, device);
      const said = `${first.name} is ${first.is}`;
      return finding(
        `${id} has set ${first.name} to ${first.should}; the target says ${said}`,
        [id],
        read.t,
        [
          ...holds
            .filter((hold) => hold !== end)
            .slice(-2)
            .map(({ t, version, why }) => ({
              t: ms(t),
              who: id,
              what: `${why}: version ${version}`,
            })),
          { t: ms(read.t), who: 'target', what: `says ${said}` },
          { t: ms(end.t), who: id, what: `has set ${first.name} to ${first.should}` },
        ],
      );
    });
  };
  return {
    ops: ['sent', 'acked', 'not-sent', 'abandoned'],
    step: (entry) => words.note(entry),
    end: () => {
      if (changesTwins(plan)) for (const device of devices) judge(device);
      return book.close();
    },
  };
}

/** The last report of each device, as far as any entry tells of it, and when it was answered. */
class LastWords {
  readonly #stream: number | undefined;
  readonly #last = new Map<number, { n: number; ackedAt: number }>();

  constructor(plan: Plan) {
    this.#stream = streamNamed(plan, 'twin-report')?.code;
  }

  note(entry: LedgerEntry): void {
    const { op, t, device } = entry;
    if (op !== 'sent' && op !== 'acked' && op !== 'not-sent' && op !== 'abandoned') return;
    if (entry.stream !== this.#stream) return;
    let last = this.#last.get(device);
    if (last === undefined || entry.n > last.n) {
      last = { n: entry.n, ackedAt: Number.POSITIVE_INFINITY };
      this.#last.set(device, last);
    }
    if (op === 'acked' && entry.n === last.n) last.ackedAt = Math.min(last.ackedAt, t);
  }

  /** Nothing of it was on its way any more; so it is of one who never said anything. */
  isHeard(device: number, at: number): boolean {
    return (this.#last.get(device)?.ackedAt ?? Number.NEGATIVE_INFINITY) < at;
  }
}
