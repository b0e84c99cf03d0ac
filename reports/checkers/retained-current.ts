/**
 * M8: a retained topic is a register. Who subscribes afresh at the end is given the last value that
 * is known to have been written, or a later one of which nobody knows whether it was; never an
 * older one, never two.
 */
import { type LedgerEntry, type Plan, STREAMS_MAX, type StreamPlan, streamOf } from '#kernel';
import { HAPPENED, isTargetDown, type Oracles } from '#oracles';
import { defineChecker, type LaneContext, type LaneFold } from '../checker.ts';
import { EvidenceBook } from '../judging/evidence.ts';
import { takesPart } from '../judging/planned.ts';
import { deviceName, finding, inSeconds, ms } from '../judging/witness.ts';
import { formatCount, plural } from '../wording.ts';

interface Register {
  /** Largest n known to have been written; -1 for none. */
  definite: number;
  definiteAt: number;
  /** Later ones that may have been written. */
  possible: Set<number>;
}

export default defineChecker({
  kind: 'retained-current',
  title: 'Retained values are current',
  refs: ['M8'],
  summary: 'A fresh subscriber is given the last retained status of each device.',
  judges: 'always',
  broken: 'fail',
  params: {},
  asks: ['delivery'],
  applies: (plan) =>
    plan.devices.some((_, device) =>
      retainedIn(plan).some(({ code }) => takesPart(plan, device, code)),
    ),
  start: (context) => retainedFold({ ...context, delivery: context.of('delivery') }),
  say: ({ decided, findingCount }) =>
    findingCount === 0
      ? `All ${plural(decided, 'device')} had their last status retained.`
      : `${plural(findingCount, 'retained value')} of ${formatCount(decided)} not current.`,
});

type Lane = LaneContext & Pick<Oracles, 'delivery'>;

function retainedFold(context: Lane): LaneFold {
  const found = new Map<number, { n: number; hash: number; t: number }[]>();
  return {
    ops: ['retained'],
    step: (entry: LedgerEntry) => {
      if (entry.op !== 'retained' || !isRegister(streamOf(context.plan, entry.stream))) return;
      const value = { n: entry.n, hash: entry.hash, t: entry.t };
      const key = keyOf(entry);
      found.set(key, [...(found.get(key) ?? []), value]);
    },
    end: () => {
      const { plan, timeline, lane, devices } = context;
      const book = new EvidenceBook();
      const registers = registersOf(context);
      const complete = timeline.readsOf(lane).parts.get('retained') === true;
      for (const device of devices) {
        for (const stream of retainedIn(plan)) {
          if (!takesPart(plan, device, stream.code)) continue;
          const key = keyOf({ device, stream: stream.code });
          const register = registers.get(key);
          const values = found.get(key) ?? [];
          if (register === undefined && values.length === 0) continue;
          if (isExcused(context, register)) continue;
          if (!complete) book.doubt('the retained values were not read to the end');
          else judge(context, { device, stream }, register ?? nothing(), values, book);
        }
      }
      return book.close();
    },
  };
}

/** What is current of what the target itself sends, nobody of ours knows. */
const isRegister = (stream: StreamPlan | undefined): boolean =>
  stream?.retained === true && stream.from !== 'target';

const retainedIn = (plan: Plan): StreamPlan[] => plan.streams.filter(isRegister);

const keyOf = ({ device, stream }: { device: number; stream: number }): number =>
  device * STREAMS_MAX + stream;

function registersOf({ plan, delivery, timeline, lane }: Lane): Map<number, Register> {
  const beganAt = timeline.readsOf(lane).beganAt;
  const registers = new Map<number, Register>();
  delivery.each((message) => {
    if (!isRegister(streamOf(plan, message.stream)) || !(message.flags & HAPPENED.sent)) return;
    const key = keyOf(message);
    const register = registers.get(key) ?? nothing();
    registers.set(key, register);
    const seen = (message.flags & HAPPENED.observed) !== 0 && message.seenAt < beganAt;
    const acked = (message.flags & HAPPENED.acked) !== 0 && message.ackedAt < beganAt;
    // One that was lost altogether is told by no-acked-loss; what the register holds then is not told again.
    if (seen || (acked && message.qos > 0 && message.fate !== 'lost')) {
      register.definite = message.n;
      register.definiteAt = seen ? message.seenAt : message.ackedAt;
      register.possible.clear();
    } else register.possible.add(message.n);
  });
  return registers;
}

const nothing = (): Register => ({ definite: -1, definiteAt: 0, possible: new Set() });

/** A target that was killed since and does not promise its retained values over that. */
function isExcused({ plan, timeline }: LaneContext, register: Register | undefined): boolean {
  if (plan.target.guarantees.durableRetained) return false;
  return isTargetDown(timeline, { from: register?.definiteAt ?? 0, to: timeline.end });
}

function judge(
  { plan, delivery, timeline }: Lane,
  { device, stream }: { device: number; stream: StreamPlan },
  register: Register,
  values: readonly { n: number; hash: number; t: number }[],
  book: EvidenceBook,
): void {
  const { code, noun } = stream;
  const id = deviceName(plan, device);
  const [value] = values;
  const wrong = (text: string): void =>
    book.broken(() =>
      finding(`${id}: ${text}`, [id], value?.t ?? timeline.end, [
        {
          t: ms(register.definiteAt),
          who: id,
          what:
            register.definite < 0 ? `wrote no ${noun}` : `${noun} ${register.definite} was written`,
        },
        {
          t: ms(value?.t ?? timeline.end),
          who: 'reader',
          what: value === undefined ? 'was given nothing' : `was given ${noun} ${value.n}`,
        },
      ]),
    );
  if (value === undefined) {
    if (register.definite < 0) book.kept();
    else
      wrong(
        `${noun} ${register.definite} was written at ${inSeconds(register.definiteAt)} and nothing is retained`,
      );
    return;
  }
  if (values.length > 1) wrong(`${values.length} retained values at once`);
  else if (value.n !== register.definite && !register.possible.has(value.n)) {
    wrong(`${noun} ${value.n} is retained, the last one written was ${register.definite}`);
  } else if (
    !delivery.wasSentAs(device, code, value.n, value.hash) &&
    !wasAltered(delivery, device, code, value.n)
  ) {
    wrong(`${noun} ${value.n} is retained with bytes that were never sent`);
  } else book.kept();
}

/** It was handed on with changed bytes before it was retained, which no-phantom tells. */
const wasAltered = (
  delivery: Oracles['delivery'],
  device: number,
  stream: number,
  n: number,
): boolean => ((delivery.find(device, stream, n)?.flags ?? 0) & HAPPENED.altered) !== 0;
